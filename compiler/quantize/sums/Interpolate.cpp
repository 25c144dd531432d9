//===- Interpolate.cpp - Interpolation of stored integers -----------------===//

#include "compiler/quantize/sums/Interpolate.h"
#include "compiler/quantize/Build.h"
#include "dialects/nn/search/NnSearchOps.h"

using namespace mlir;

namespace dlc::quantize {

/// Elements that are read for one of the result at a time: more are summed one
/// axis after the other.
static constexpr int64_t kMostTaps = 4;
/// A float's 24 bits, halves of it between elements, and their cubes for small
/// ones.
static constexpr int64_t kDenominatorEnd = int64_t(1) << 26;
/// Of all axes together, times an element.
static constexpr Wide kSumEnd = Wide(1) << 61;

namespace {
/// What the positions of one dimension are made of.
struct TapAxis {
  int64_t dim = 0, taps = 0, size = 0;
  int64_t denominator = 1;
  std::vector<int32_t> indices, weights; // [taps][size]
  /// The largest sums of a position's positive weights, and of its negative
  /// ones' magnitudes.
  int64_t positive = 0, negative = 0;
};

/// Weights of the elements around a coordinate and the first of these.
struct Taps {
  int64_t first = 0;
  SmallVector<Fraction, 4> weights;
};
} // namespace

/// The quotient of sizes that a scale is the nearest double to, if sizes were
/// given; else it is what it is.
static Fraction scaleOf(nn::ResizeOp resize, unsigned dim) {
  const double scale = resize.getScales()[dim];
  auto quotient = [&](int64_t size, int64_t by) {
    return by > 0 && double(size) / double(by) == scale;
  };
  ArrayRef<int64_t> before = typeOf(resize.getInput()).getShape(),
                    after = typeOf(resize.getOutput()).getShape();
  // Another dimension's, where the aspect ratio was kept.
  for (auto [size, by] : llvm::zip_equal(after, before))
    if (quotient(size, by))
      return {Wide(size), Wide(by)};
  return Fraction::of(scale);
}

/// Where position `x` lies in the input: a whole number at an element.
static Fraction coordinateOf(nn::ResizeOp resize, unsigned dim, int64_t x,
                             const Fraction &scale) {
  const int64_t before = typeOf(resize.getInput()).getDimSize(dim),
                after = typeOf(resize.getOutput()).getDimSize(dim);
  const Fraction half(1, 2);
  Fraction centre = (Fraction(x) + half) / scale - half;
  switch (resize.getCoordinate()) {
  case nn::ResizeCoordinate::HalfPixel:
    return centre;
  case nn::ResizeCoordinate::HalfPixelSymmetric: {
    Fraction all(before);
    Fraction adjustment = Fraction(after) / (scale * all);
    return all * half * (Fraction(1) - adjustment) + centre;
  }
  case nn::ResizeCoordinate::PytorchHalfPixel:
    return after > 1 ? centre : Fraction(0);
  case nn::ResizeCoordinate::AlignCorners: {
    // ONNX's size before it is rounded down; a scale's own rounding does not
    // count.
    Fraction size = scale * Fraction(before);
    if (std::abs(size.approximate() - double(after)) < 1e-4)
      size = Fraction(after);
    return Fraction(1) < size
               ? Fraction(x) * Fraction(before - 1) / (size - Fraction(1))
               : Fraction(0);
  }
  case nn::ResizeCoordinate::Asymmetric:
    return Fraction(x) / scale;
  }
  llvm_unreachable("unknown coordinate transformation");
}

/// Keys' kernel with coefficient `a` at a distance from its centre.
static Fraction cubicAt(const Fraction &a, const Fraction &x) {
  if (!(Fraction(1) < x))
    return ((a + Fraction(2)) * x - (a + Fraction(3))) * x * x + Fraction(1);
  return ((a * x - Fraction(5) * a) * x + Fraction(8) * a) * x -
         Fraction(4) * a;
}

/// nullopt where the coordinate has too many bits.
static std::optional<Taps> tapsAt(nn::ResizeOp resize, const Fraction &x) {
  if (!x.isExact() || !(x < Fraction(INT32_MAX)) || x < Fraction(INT32_MIN))
    return std::nullopt;
  auto base = int64_t(x.floor());
  Fraction past = x - Fraction(base), one(1);
  if (resize.getMode() == nn::ResizeMode::Linear)
    return Taps{base, {one - past, past}};
  Fraction a = Fraction::of(resize.getCubicCoeff());
  return Taps{base - 1,
              {cubicAt(a, one + past), cubicAt(a, past), cubicAt(a, one - past),
               cubicAt(a, Fraction(2) - past)}};
}

/// Outside of the input weights are 0, and the others grow; false where none
/// is left.
static bool excludeOutside(Taps &taps, int64_t size) {
  Fraction total;
  for (auto [i, weight] : llvm::enumerate(taps.weights)) {
    int64_t at = taps.first + int64_t(i);
    if (at < 0 || at >= size)
      weight = Fraction(0);
    total = total + weight;
  }
  if (!total.isExact() || total.isZero())
    return false;
  for (Fraction &weight : taps.weights)
    weight = weight / total;
  return true;
}

/// The least number that all denominators divide; 0 where it is too large.
static int64_t commonDenominator(ArrayRef<Taps> positions) {
  Wide common = 1;
  for (const Taps &taps : positions)
    for (const Fraction &weight : taps.weights) {
      if (!weight.isExact())
        return 0;
      common *= Fraction(weight.denominator(), common).numerator();
      if (common >= kDenominatorEnd)
        return 0;
    }
  return int64_t(common);
}

static std::optional<TapAxis> readAxis(nn::ResizeOp resize, unsigned dim) {
  const int64_t before = typeOf(resize.getInput()).getDimSize(dim);
  TapAxis axis;
  axis.dim = dim;
  axis.size = typeOf(resize.getOutput()).getDimSize(dim);
  const Fraction scale = scaleOf(resize, dim);
  std::vector<Taps> positions;
  for (int64_t x = 0; x < axis.size; ++x) {
    auto taps = tapsAt(resize, coordinateOf(resize, dim, x, scale));
    if (!taps || (resize.getExcludeOutside() && !excludeOutside(*taps, before)))
      return std::nullopt;
    positions.push_back(std::move(*taps));
  }
  axis.denominator = commonDenominator(positions);
  if (axis.denominator == 0)
    return std::nullopt;
  const unsigned count = resize.getMode() == nn::ResizeMode::Linear ? 2 : 4;
  std::vector<int64_t> positive(axis.size, 0), negative(axis.size, 0);
  for (unsigned tap = 0; tap < count; ++tap) {
    std::vector<int32_t> weights;
    for (auto [x, taps] : llvm::enumerate(positions)) {
      Fraction weight = taps.weights[tap] * Fraction(axis.denominator);
      Wide magnitude = std::max(weight.numerator(), -weight.numerator());
      if (magnitude >= kDenominatorEnd)
        return std::nullopt;
      weights.push_back(int32_t(weight.numerator()));
      (weight.isNegative() ? negative : positive)[x] += int64_t(magnitude);
    }
    if (llvm::all_of(weights, [](int32_t weight) { return weight == 0; }))
      continue;
    ++axis.taps;
    llvm::append_range(axis.weights, weights);
    for (const Taps &taps : positions)
      axis.indices.push_back(int32_t(
          std::clamp<int64_t>(taps.first + int64_t(tap), 0, before - 1)));
  }
  axis.positive = *llvm::max_element(positive);
  axis.negative = *llvm::max_element(negative);
  return axis;
}

/// The axes that change, outermost first.
static std::optional<SmallVector<TapAxis>> readAxes(nn::ResizeOp resize) {
  SmallVector<TapAxis> axes;
  auto input = typeOf(resize.getInput()), output = typeOf(resize.getOutput());
  for (int64_t dim = 0; dim < output.getRank(); ++dim) {
    if (input.getDimSize(dim) == output.getDimSize(dim) &&
        resize.getScales()[dim] == 1)
      continue;
    if (input.getDimSize(dim) == 0 || output.getDimSize(dim) == 0)
      return std::nullopt;
    auto axis = readAxis(resize, dim);
    if (!axis)
      return std::nullopt;
    axes.push_back(std::move(*axis));
  }
  return axes;
}

/// The reach of sums with the weights of these axes; nullopt beyond 61 bits.
static std::optional<Reach> reachOfTaps(ArrayRef<TapAxis> axes,
                                        Reach elements) {
  Wide positive = 1, negative = 0;
  for (const TapAxis &axis : axes) {
    Wide next = positive * axis.positive + negative * axis.negative;
    negative = positive * axis.negative + negative * axis.positive;
    positive = next;
    if (positive + negative >= kSumEnd)
      return std::nullopt;
  }
  Wide low = std::min<int64_t>(elements.least, 0),
       high = std::max<int64_t>(elements.greatest, 0);
  Wide least = positive * low - negative * high,
       greatest = positive * high - negative * low;
  if (least <= -kSumEnd || greatest >= kSumEnd)
    return std::nullopt;
  return Reach{int64_t(least), int64_t(greatest)};
}

/// Whether sums along these axes are words.
static bool fitWords(ArrayRef<TapAxis> axes, Reach elements) {
  auto reach = reachOfTaps(axes, elements);
  return reach && reach->least >= INT32_MIN && reach->greatest <= INT32_MAX;
}

/// The sums along these axes.
static Value buildSums(OpBuilder &builder, Location loc, Value input,
                       ArrayRef<TapAxis> axes, unsigned bits) {
  SmallVector<int64_t> dims, taps;
  SmallVector<Attribute> indices, weights;
  for (const TapAxis &axis : axes) {
    dims.push_back(axis.dim);
    taps.push_back(axis.taps);
    indices.push_back(builder.getDenseI32ArrayAttr(axis.indices));
    weights.push_back(builder.getDenseI32ArrayAttr(axis.weights));
  }
  return nn::InterpolateOp::create(
      builder, loc, input, dims, taps, builder.getArrayAttr(indices),
      builder.getArrayAttr(weights), builder.getIntegerType(bits));
}

/// How many axes are summed at once.
static size_t countTogether(ArrayRef<TapAxis> axes) {
  size_t count = 0;
  for (int64_t taps = 1; count < axes.size(); ++count) {
    taps *= axes[count].taps;
    if (count > 0 && taps > kMostTaps)
      break;
  }
  return count;
}

/// Integers of 8 or 16 bits without a sign, less half of what they can be.
static Value centred(OpBuilder &builder, Location loc, Value integers) {
  auto type = cast<IntegerType>(typeOf(integers).getElementType());
  IntegerType element = builder.getIntegerType(type.getWidth());
  RescaleParameters less{1, -(int64_t(1) << (type.getWidth() - 1)), 0, 0,
                         false};
  return buildRescale(builder, loc, integers, less, element, reachOf(element));
}

/// Sums of 64 bits are made of those along all axes but the last, if these are
/// words: two products of words each. If not, and elements are few, of all at
/// once.
static std::optional<Term> accumulateLong(OpBuilder &builder, Location loc,
                                          ArrayRef<TapAxis> axes, Stored from,
                                          Wide denominator) {
  ArrayRef<TapAxis> first = axes.drop_back();
  Reach elements = reachOf(from.integers);
  auto type = cast<IntegerType>(typeOf(from.integers).getElementType());
  if (!fitWords(first, elements) && type.isUnsigned() && type.getWidth() >= 8 &&
      fitWords(first, reachOf(builder.getIntegerType(type.getWidth())))) {
    from.integers = centred(builder, loc, from.integers);
    from.zeroPoint =
        *from.zeroPoint.one() - (int64_t(1) << (type.getWidth() - 1));
    elements = reachOf(from.integers);
  }
  auto reach = reachOfTaps(axes, elements);
  const Wide origin = denominator * *from.zeroPoint.one();
  if (!reach || origin <= -kSumEnd || origin >= kSumEnd)
    return std::nullopt;
  if (!fitWords(first, elements)) {
    if (countTogether(axes) < axes.size())
      return std::nullopt;
    first = {};
  }
  Value sums = from.integers;
  for (ArrayRef<TapAxis> rest = first; !rest.empty();) {
    const size_t count = countTogether(rest);
    sums = buildSums(builder, loc, sums, rest.take_front(count), 32);
    rest = rest.drop_front(count);
  }
  sums = buildSums(builder, loc, sums, axes.drop_front(first.size()), 64);
  return Term{sums, *from.scale.one() / Fraction(denominator, 1),
              int64_t(origin), Spread<Reach>(*reach), true};
}

std::optional<Term> accumulate(OpBuilder &builder, nn::ResizeOp resize,
                               const Stored &input) {
  auto type = cast<IntegerType>(typeOf(input.integers).getElementType());
  auto scale = input.scale.one();
  auto zeroPoint = input.zeroPoint.one();
  if (!scale || !zeroPoint || type.getWidth() > 16)
    return std::nullopt;
  auto axes = readAxes(resize);
  if (axes && axes->empty()) // nothing is resized
    return Term{input.integers, *scale, *zeroPoint,
                Spread<Reach>(reachOf(input.integers))};
  if (!axes)
    return std::nullopt;
  Wide denominator = 1;
  for (const TapAxis &axis : *axes)
    if (__builtin_mul_overflow(denominator, Wide(axis.denominator),
                               &denominator))
      return std::nullopt;
  const Reach elements = reachOf(input.integers);
  if (!fitWords(*axes, elements))
    return accumulateLong(builder, resize.getLoc(), *axes, input, denominator);
  Value sums = input.integers;
  for (ArrayRef<TapAxis> rest = *axes; !rest.empty();) {
    const size_t count = countTogether(rest);
    sums =
        buildSums(builder, resize.getLoc(), sums, rest.take_front(count), 32);
    rest = rest.drop_front(count);
  }
  // Weights have the sum 1, of zero points too.
  return Term{sums, *scale / Fraction(denominator, 1),
              int64_t(denominator) * *zeroPoint,
              Spread<Reach>(*reachOfTaps(*axes, elements)), true};
}

} // namespace dlc::quantize
