//===- Resize.cpp - Evaluation of interpolation ---------------------------===//
//
// ONNX Resize is separable: each dimension is interpolated on its own.
//
//===----------------------------------------------------------------------===//

#include "compiler/evaluate/Families.h"
#include "compiler/evaluate/Interpolation.h"
#include "compiler/evaluate/Rows.h"
#include <algorithm>
#include <cmath>

using namespace mlir;
using namespace dlc;
using namespace dlc::evaluate;

namespace {
struct Tap {
  int64_t index;
  double weight;
};
} // namespace

double dlc::evaluate::inputCoordinate(nn::ResizeCoordinate mode, int64_t x,
                                      double scale, int64_t inSize,
                                      int64_t outSize) {
  switch (mode) {
  case nn::ResizeCoordinate::HalfPixel:
    return (double(x) + 0.5) / scale - 0.5;
  case nn::ResizeCoordinate::HalfPixelSymmetric: {
    double adjustment = double(outSize) / (scale * double(inSize));
    double center = double(inSize) / 2;
    return center * (1 - adjustment) + (double(x) + 0.5) / scale - 0.5;
  }
  case nn::ResizeCoordinate::PytorchHalfPixel:
    return outSize > 1 ? (double(x) + 0.5) / scale - 0.5 : 0;
  case nn::ResizeCoordinate::AlignCorners: {
    // ONNX divides by the size before it is rounded down to a whole one.
    double exact = scale * double(inSize);
    if (std::abs(exact - double(outSize)) < 1e-6)
      exact = double(outSize);
    return exact > 1 ? double(x) * double(inSize - 1) / (exact - 1) : 0;
  }
  case nn::ResizeCoordinate::Asymmetric:
    return double(x) / scale;
  }
  llvm_unreachable("all coordinate modes are listed");
}

int64_t dlc::evaluate::roundedCoordinate(nn::ResizeNearest mode, double x) {
  switch (mode) {
  case nn::ResizeNearest::RoundPreferFloor:
    return int64_t(std::ceil(x - 0.5));
  case nn::ResizeNearest::RoundPreferCeil:
    return int64_t(std::floor(x + 0.5));
  case nn::ResizeNearest::Floor:
    return int64_t(std::floor(x));
  case nn::ResizeNearest::Ceil:
    return int64_t(std::ceil(x));
  }
  llvm_unreachable("all roundings are listed");
}

double dlc::evaluate::cubicWeight(double t, double a) {
  t = std::fabs(t);
  if (t <= 1)
    return ((a + 2) * t - (a + 3)) * t * t + 1;
  return t < 2 ? ((a * t - 5 * a) * t + 8 * a) * t - 4 * a : 0;
}

static SmallVector<Tap> tapsAt(nn::ResizeOp op, double x, int64_t size) {
  SmallVector<Tap> taps;
  int64_t floor = int64_t(std::floor(x));
  switch (op.getMode()) {
  case nn::ResizeMode::Nearest:
    taps.push_back({roundedCoordinate(op.getNearest(), x), 1});
    break;
  case nn::ResizeMode::Linear:
    taps.push_back({floor, 1 - (x - double(floor))});
    taps.push_back({floor + 1, x - double(floor)});
    break;
  case nn::ResizeMode::Cubic:
    for (int64_t i = floor - 1; i <= floor + 2; ++i)
      taps.push_back({i, cubicWeight(x - double(i),
                                     op.getCubicCoeff().convertToDouble())});
    break;
  }
  if (op.getExcludeOutside() && op.getMode() == nn::ResizeMode::Cubic) {
    double sum = 0;
    for (Tap &tap : taps)
      sum += tap.weight = tap.index < 0 || tap.index >= size ? 0 : tap.weight;
    for (Tap &tap : taps)
      tap.weight /= sum;
  }
  for (Tap &tap : taps)
    tap.index = std::clamp<int64_t>(tap.index, 0, size - 1);
  return taps;
}

LogicalResult dlc::evaluate::compute(nn::ResizeOp op, Operands operands,
                                     Results &results) {
  SmallVector<double> values = operands[0].values<double>();
  SmallVector<int64_t> shape(operands[0].getShape());
  RankedTensorType type = resultType(op);
  for (int64_t d = 0; d < type.getRank(); ++d) {
    int64_t inSize = shape[d], outSize = type.getShape()[d];
    double scale = op.getScales()[d];
    if (inSize == outSize && scale == 1)
      continue;
    if (inSize == 0)
      return failure();
    AxisView in(shape, d);
    shape[d] = outSize;
    SmallVector<double> next(in.outer * outSize * in.inner, 0.0);
    for (int64_t x = 0; x < outSize; ++x) {
      double at =
          inputCoordinate(op.getCoordinate(), x, scale, inSize, outSize);
      for (const Tap &tap : tapsAt(op, at, inSize))
        for (int64_t o = 0; o < in.outer; ++o)
          for (int64_t i = 0; i < in.inner; ++i)
            next[(o * outSize + x) * in.inner + i] +=
                tap.weight * values[(o * inSize + tap.index) * in.inner + i];
    }
    values = std::move(next);
  }
  Tensor result = Tensor::zeros(type);
  result.store<double>(0, values);
  results.push_back(std::move(result));
  return success();
}
