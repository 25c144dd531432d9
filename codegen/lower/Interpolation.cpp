//===- Interpolation.cpp - Which elements a resized one is made of --------===//

#include "codegen/lower/Interpolation.h"
#include <cmath>

using namespace mlir;

namespace dlc::lower {

bool Interpolation::isIdentity(int64_t inputSize) const {
  return repeats(inputSize) == 1;
}

int64_t Interpolation::repeats(int64_t inputSize) const {
  int64_t size = indices[0].size();
  if (inputSize == 0 || size % inputSize != 0)
    return 0;
  int64_t factor = size / inputSize;
  for (unsigned tap = 0; tap < taps(); ++tap)
    for (int64_t i = 0; i < size; ++i)
      if (weights[tap][i] != 0 &&
          (weights[tap][i] != 1 || indices[tap][i] != i / factor))
        return 0;
  return factor;
}

/// The coordinate in the input, a whole number at the centre of an element,
/// that position `x` of the result stands for.
static double sourceCoordinate(nn::ResizeCoordinate coordinate, double x,
                               double scale, double inputSize,
                               double outputSize) {
  switch (coordinate) {
  case nn::ResizeCoordinate::HalfPixel:
    return (x + 0.5) / scale - 0.5;
  case nn::ResizeCoordinate::HalfPixelSymmetric: {
    double adjustment = outputSize / (scale * inputSize);
    return inputSize / 2 * (1 - adjustment) + (x + 0.5) / scale - 0.5;
  }
  case nn::ResizeCoordinate::PytorchHalfPixel:
    return outputSize > 1 ? (x + 0.5) / scale - 0.5 : 0;
  case nn::ResizeCoordinate::AlignCorners: {
    // ONNX takes the size before it is rounded down; where the scale was made
    // from whole sizes, its own rounding must not count.
    double exactSize = scale * inputSize;
    if (std::fabs(exactSize - outputSize) < 1e-4)
      exactSize = outputSize;
    return exactSize > 1 ? x * (inputSize - 1) / (exactSize - 1) : 0;
  }
  case nn::ResizeCoordinate::Asymmetric:
    return x / scale;
  }
  llvm_unreachable("unknown coordinate transformation");
}

static double roundNearest(nn::ResizeNearest mode, double x) {
  switch (mode) {
  case nn::ResizeNearest::RoundPreferFloor:
    return std::ceil(x - 0.5);
  case nn::ResizeNearest::RoundPreferCeil:
    return std::floor(x + 0.5);
  case nn::ResizeNearest::Floor:
    return std::floor(x);
  case nn::ResizeNearest::Ceil:
    return std::ceil(x);
  }
  llvm_unreachable("unknown rounding");
}

/// Keys' cubic kernel with coefficient `a`, at distance `x` from its centre.
static double cubic(double a, double x) {
  x = std::fabs(x);
  if (x <= 1)
    return ((a + 2) * x - (a + 3)) * x * x + 1;
  return ((a * x - 5 * a) * x + 8 * a) * x - 4 * a;
}

/// Weights of the elements around a coordinate that lies `fraction` past the
/// first of the two in the middle.
static SmallVector<double> weightsAt(nn::ResizeOp op, double fraction) {
  switch (op.getMode()) {
  case nn::ResizeMode::Nearest:
    return {1};
  case nn::ResizeMode::Linear:
    return {1 - fraction, fraction};
  case nn::ResizeMode::Cubic: {
    double a = op.getCubicCoeff().convertToDouble();
    return {cubic(a, 1 + fraction), cubic(a, fraction), cubic(a, 1 - fraction),
            cubic(a, 2 - fraction)};
  }
  }
  llvm_unreachable("unknown interpolation");
}

Interpolation interpolate(nn::ResizeOp op, unsigned dim) {
  int64_t inputSize =
      cast<RankedTensorType>(op.getInput().getType()).getDimSize(dim);
  int64_t outputSize =
      cast<RankedTensorType>(op.getOutput().getType()).getDimSize(dim);
  bool nearest = op.getMode() == nn::ResizeMode::Nearest;
  Interpolation result;
  for (int64_t position = 0; position < outputSize; ++position) {
    double x = sourceCoordinate(op.getCoordinate(), position,
                                op.getScales()[dim], inputSize, outputSize);
    double base = nearest ? roundNearest(op.getNearest(), x) : std::floor(x);
    SmallVector<double> weights = weightsAt(op, nearest ? 0 : x - base);
    result.indices.resize(weights.size());
    result.weights.resize(weights.size());
    int64_t first = static_cast<int64_t>(base) -
                    (op.getMode() == nn::ResizeMode::Cubic ? 1 : 0);
    double total = 0;
    for (auto [tap, weight] : llvm::enumerate(weights)) {
      int64_t index = first + static_cast<int64_t>(tap);
      if (op.getExcludeOutside() && (index < 0 || index >= inputSize))
        weight = 0;
      total += weight;
      index = std::clamp<int64_t>(index, 0, inputSize - 1);
      result.indices[tap].push_back(static_cast<int32_t>(index));
      result.weights[tap].push_back(weight);
    }
    if (op.getExcludeOutside())
      for (auto &tap : result.weights)
        tap.back() /= total;
  }
  return result;
}

} // namespace dlc::lower
