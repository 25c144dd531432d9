//===- Interpolation.cpp - Evaluation of Resize and GridSample ------------===//
//
// ONNX Resize is separable: each dimension is interpolated on its own.
// GridSample computes coordinates in the grid's own precision, as ONNX has it:
// how a half rounds decides which element is the nearest.
//
//===----------------------------------------------------------------------===//

#include "compiler/evaluate/Interpolation.h"
#include "compiler/evaluate/Families.h"
#include "compiler/evaluate/Rows.h"
#include "compiler/evaluate/Search.h"
#include <algorithm>
#include <cmath>

using namespace mlir;
using namespace dlc;
using namespace dlc::evaluate;

namespace {
struct Tap {
  int64_t index; // -1: outside, a zero
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

/// One axis after the other: the weights of an element are a product.
LogicalResult dlc::evaluate::compute(nn::InterpolateOp op, Operands operands,
                                     Results &results) {
  SmallVector<int64_t> values = operands[0].values<int64_t>();
  SmallVector<int64_t> shape(operands[0].getShape());
  for (auto [number, axis] : llvm::enumerate(op.getAxes())) {
    AxisView in(shape, axis);
    const int64_t before = shape[axis];
    const int64_t after = shape[axis] = op.getType().getDimSize(axis);
    SmallVector<int64_t> next(in.outer * after * in.inner, 0);
    for (int64_t tap = 0; tap < op.getTaps()[number]; ++tap) {
      ArrayRef<int32_t> indices = op.indicesOf(number, tap),
                        weights = op.weightsOf(number, tap);
      for (int64_t o = 0; o < in.outer; ++o)
        for (int64_t x = 0; x < after; ++x)
          for (int64_t i = 0; i < in.inner; ++i)
            next[(o * after + x) * in.inner + i] +=
                weights[x] * values[(o * before + indices[x]) * in.inner + i];
    }
    values = std::move(next);
  }
  Tensor result = Tensor::zeros(op.getType());
  result.store<int64_t>(0, values);
  results.push_back(std::move(result));
  return success();
}

//===----------------------------------------------------------------------===//
// GridSample
//===----------------------------------------------------------------------===//

namespace {
/// `x` folded at `low` and `high` until it lies between them.
template <typename Float> Float reflect(Float x, Float low, Float high) {
  Float range = high - low;
  if (range == 0 || (x >= low && x <= high))
    return x;
  Float beyond = x < low ? low - x : x - high;
  Float folds = std::floor(beyond / range);
  Float rest = beyond - folds * range;
  bool fromLow = (x < low) != (std::fmod(folds, Float(2)) != 0);
  return fromLow ? low + rest : high - rest;
}

/// At most `most`, and at least `least`, which NaN becomes.
template <typename Float> Float between(Float x, double least, double most) {
  x = x > Float(least) ? x : Float(least);
  return x < Float(most) ? x : Float(most);
}

/// Along one dimension of `size` elements, at a coordinate from -1 to 1.
template <typename Float>
SmallVector<Tap> tapsAt(nn::GridSampleOp op, Float normalised, int64_t size) {
  using nn::GridPadding;
  bool corners = op.getAlignCorners();
  bool nearest = op.getMode() == nn::ResizeMode::Nearest;
  Float low = corners ? Float(0) : Float(-0.5);
  Float high = corners ? Float(size - 1) : Float(size) - Float(0.5);
  Float x = normalised + 1;
  // Each step is rounded by itself: a volatile keeps them from being fused.
  volatile Float scaled = x * (corners ? Float(size - 1) / 2 : Float(size));
  x = corners ? Float(scaled) : (scaled - 1) / 2;
  if (nearest)
    x = std::nearbyint(x);
  if (op.getPadding() == GridPadding::Reflection)
    x = between(reflect(x, low, high), low, high);
  else if (op.getPadding() == GridPadding::Border)
    x = x >= low && x <= high ? x : between(x, 0, size - 1);
  else
    x = between(x, -3, size + 2);

  auto resolved = [&](int64_t index) -> int64_t {
    if (index >= 0 && index < size)
      return index;
    if (op.getPadding() == GridPadding::Zeros)
      return -1;
    if (op.getPadding() == GridPadding::Reflection)
      index = static_cast<int64_t>(reflect(static_cast<double>(index),
                                           static_cast<double>(low),
                                           static_cast<double>(high)));
    return std::clamp<int64_t>(index, 0, size - 1);
  };
  auto base = static_cast<int64_t>(std::floor(x));
  double fraction = x - std::floor(x);
  if (nearest)
    return {{resolved(base), 1}};
  if (op.getMode() == nn::ResizeMode::Linear)
    return {{resolved(base), 1 - fraction}, {resolved(base + 1), fraction}};
  SmallVector<Tap> taps;
  for (int64_t i = -1; i <= 2; ++i)
    taps.push_back({resolved(base + i), cubicWeight(fraction - i, -0.75)});
  return taps;
}

/// Positions in a row-major image of the spatial dimensions, with weights.
void collect(ArrayRef<SmallVector<Tap>> dims, ArrayRef<int64_t> sizes,
             Tap taken, SmallVectorImpl<Tap> &places) {
  if (dims.empty()) {
    places.push_back(taken);
    return;
  }
  for (const Tap &tap : dims.front())
    if (tap.index >= 0)
      collect(
          dims.drop_front(), sizes.drop_front(),
          {taken.index * sizes.front() + tap.index, taken.weight * tap.weight},
          places);
}

/// The places that one point of the grid asks for, of `r` coordinates.
template <typename Float>
SmallVector<Tap> placesOf(nn::GridSampleOp op, const Tensor &grid,
                          int64_t point, ArrayRef<int64_t> sizes) {
  int64_t r = sizes.size();
  SmallVector<double> coordinates(r);
  grid.load<double>(point * r, 1, coordinates);
  SmallVector<SmallVector<Tap>> dims;
  for (int64_t d = 0; d < r; ++d)
    dims.push_back(tapsAt<Float>(op, static_cast<Float>(coordinates[r - 1 - d]),
                                 sizes[d]));
  SmallVector<Tap> places;
  collect(dims, sizes, {0, 1}, places);
  return places;
}
} // namespace

LogicalResult dlc::evaluate::compute(nn::GridSampleOp op, Operands operands,
                                     Results &results) {
  ArrayRef<int64_t> shape = operands[0].getShape();
  int64_t first = nn::firstSpatialDim(op.getLayout());
  int64_t channels = shape[nn::channelDim(op.getLayout(), shape.size())];
  ArrayRef<int64_t> sizes = shape.slice(first, shape.size() - 2);
  int64_t image = 1;
  for (int64_t size : sizes)
    image *= size;
  RankedTensorType type = resultType(op);
  if (type.getNumElements() == 0) {
    results.push_back(Tensor::zeros(type));
    return success();
  }
  int64_t points = type.getNumElements() / (shape[0] * channels);
  bool last = op.getLayout() == nn::Layout::ChannelsLast;
  SmallVector<double> values = operands[0].values<double>();
  SmallVector<double> sums(type.getNumElements(), 0.0);
  bool isDouble = operands[1].getElementType().isF64();
  for (int64_t n = 0; n < shape[0]; ++n)
    for (int64_t point = 0; point < points; ++point)
      for (const Tap &tap :
           isDouble
               ? placesOf<double>(op, operands[1], n * points + point, sizes)
               : placesOf<float>(op, operands[1], n * points + point, sizes))
        for (int64_t c = 0; c < channels; ++c) {
          int64_t from = last ? (n * image + tap.index) * channels + c
                              : (n * channels + c) * image + tap.index;
          int64_t to = last ? (n * points + point) * channels + c
                            : (n * channels + c) * points + point;
          sums[to] += tap.weight * values[from];
        }
  Tensor result = Tensor::zeros(type);
  result.store<double>(0, sums);
  results.push_back(std::move(result));
  return success();
}
