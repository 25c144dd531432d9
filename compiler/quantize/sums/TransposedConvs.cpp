//===- TransposedConvs.cpp - Transposed convolutions as plain ones --------===//
//
// Filters [C, F / group, K...] become [group * s... * F / group, C / group,
// ceil(K / s)...], from their end, with zeros where K is no multiple of s.
// Results are [N, group * s... * F / group, M...], which moves make [N, F, s *
// M...], of which a part is taken.
//
//===----------------------------------------------------------------------===//

#include "compiler/quantize/sums/TransposedConvs.h"
#include "compiler/quantize/Build.h"
#include "dialects/nn/Constants.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace dlc::quantize {

namespace {
/// One spatial dimension.
struct PlaceAxis {
  int64_t stride, taps, wide; // wide: taps of the plain convolution
  int64_t before, after;      // padding
  int64_t count;              // results for each place
  int64_t start, size;        // the part that is taken
};

class Splitting {
public:
  Splitting(OpBuilder &builder, nn::ConvTransposeOp op)
      : builder(builder), op(op), loc(op.getLoc()), group(op.getGroup()) {
    ArrayRef<int64_t> filter = typeOf(op.getFilter()).getShape();
    channels = filter[0];
    features = filter[1];
    for (int64_t d = 0, e = op.getStrides().size(); d < e; ++d)
      axes.push_back(axisOf(d));
    for (const PlaceAxis &axis : axes)
      places *= axis.stride;
  }

  /// With these weights, and this bias or none.
  Value run(const Stored &weights, Value bias);
  /// The bias of each place.
  Value biasOf(StoredReader &stored);

private:
  PlaceAxis axisOf(int64_t d);
  Value filterOf(const Stored &weights) const;
  template <typename T>
  std::vector<T> forEachPlace(const std::vector<T> &values) const;
  Value interleave(Value sums) const;
  Value dequantised(Value integers, const Spread<Fraction> &scale,
                    const Spread<int64_t> &zeroPoint, bool isAlong) const;

  OpBuilder &builder;
  nn::ConvTransposeOp op;
  Location loc;
  int64_t group, channels = 0, features = 0, places = 1;
  SmallVector<PlaceAxis> axes;
};
} // namespace

PlaceAxis Splitting::axisOf(int64_t d) {
  PlaceAxis axis{};
  axis.stride = op.getStrides()[d];
  axis.taps = typeOf(op.getFilter()).getDimSize(2 + d);
  axis.wide = (axis.taps + axis.stride - 1) / axis.stride;
  axis.size = typeOf(op.getOutput()).getDimSize(2 + d);
  // Of all results, before pads are taken away, the first and the last.
  const int64_t input = typeOf(op.getInput()).getDimSize(2 + d),
                first = op.getPads()[d], last = first + axis.size - 1;
  // Element m of the plain convolution ends at element m of the input.
  axis.before = std::max<int64_t>(0, axis.wide - 1 - first / axis.stride);
  const int64_t begin = axis.wide - 1 - axis.before;
  axis.after = std::max<int64_t>(0, last / axis.stride - (input - 1));
  axis.count = input + axis.before + axis.after - axis.wide + 1;
  axis.start = first - begin * axis.stride;
  return axis;
}

/// `values` for each filter of a group (or of the result), again for each
/// place.
template <typename T>
std::vector<T> Splitting::forEachPlace(const std::vector<T> &values) const {
  std::vector<T> each;
  const auto groups = int64_t(values.size()) / features;
  for (int64_t g = 0; g < groups; ++g)
    for (int64_t place = 0; place < places; ++place)
      each.insert(each.end(), values.begin() + g * features,
                  values.begin() + (g + 1) * features);
  return each;
}

Value Splitting::filterOf(const Stored &weights) const {
  auto type = typeOf(weights.integers);
  auto read = nn::readIntegers(nn::constantOf(weights.integers));
  Shape shape{group * places * features, channels / group};
  int64_t taps = 1, all = 1;
  for (const PlaceAxis &axis : axes) {
    shape.push_back(axis.wide);
    taps *= axis.wide;
    all *= axis.taps;
  }
  std::vector<int64_t> values;
  values.reserve(detail::countOf(shape));
  for (int64_t row = 0; row < shape[0]; ++row)
    for (int64_t c = 0; c < shape[1]; ++c)
      for (int64_t tap = 0; tap < taps; ++tap) {
        const int64_t feature = row % features, g = row / (features * places);
        int64_t place = row / features % places, rest = tap, at = 0, unit = 1;
        bool exists = true;
        for (const PlaceAxis &axis : llvm::reverse(axes)) {
          int64_t j = axis.wide - 1 - rest % axis.wide,
                  k = axis.stride * j + place % axis.stride;
          rest /= axis.wide;
          place /= axis.stride;
          exists &= k < axis.taps;
          at += k * unit;
          unit *= axis.taps;
        }
        const int64_t zero = weights.zeroPoint.isOne()
                                 ? weights.zeroPoint.values.front()
                                 : weights.zeroPoint.values[feature];
        values.push_back(
            exists
                ? (*read)[((g * shape[1] + c) * features + feature) * all + at]
                : zero);
      }
  return buildConstant(builder, loc, cast<IntegerType>(type.getElementType()),
                       {std::move(shape), std::move(values)});
}

/// Real numbers of which the first dimension has a scale each, if `isAlong`.
Value Splitting::dequantised(Value integers, const Spread<Fraction> &scale,
                             const Spread<int64_t> &zeroPoint,
                             bool isAlong) const {
  std::vector<float> scales;
  for (const Fraction &each : scale.values)
    scales.push_back(float(each.approximate()));
  std::vector<int64_t> zeros = zeroPoint.values;
  Shape shape;
  if (isAlong) {
    scales = forEachPlace(scales);
    zeros.resize(scale.size(), zeros.front());
    zeros = forEachPlace(zeros);
    shape.push_back(int64_t(scales.size()));
  }
  auto element = cast<IntegerType>(typeOf(integers).getElementType());
  Value zero = buildConstant(builder, loc, element, {shape, std::move(zeros)});
  return nn::DequantizeOp::create(
      builder, loc,
      RankedTensorType::get(typeOf(integers).getShape(), builder.getF32Type()),
      integers, buildFloats(builder, loc, scales, shape), zero,
      builder.getI64IntegerAttr(0));
}

Value Splitting::biasOf(StoredReader &stored) {
  Value bias = op.getBias();
  if (auto numbers = fractionsOf(bias)) {
    std::vector<float> floats;
    for (const Fraction &number : *numbers)
      floats.push_back(float(number.approximate()));
    floats = forEachPlace(floats);
    return buildFloats(builder, loc, floats, {int64_t(floats.size())});
  }
  auto own = stored.read(bias);
  auto read =
      own ? nn::readIntegers(nn::constantOf(own->integers)) : std::nullopt;
  if (!read || (!own->scale.isOne() && group > 1))
    return {};
  std::vector<int64_t> integers =
      forEachPlace(std::vector<int64_t>(read->begin(), read->end()));
  auto element = cast<IntegerType>(typeOf(own->integers).getElementType());
  const auto size = int64_t(integers.size());
  return dequantised(
      buildConstant(builder, loc, element, {{size}, std::move(integers)}),
      own->scale, own->zeroPoint, !own->scale.isOne());
}

/// [N, group * s... * F, M...] to [N, group * F, s * M...], and the part of it.
Value Splitting::interleave(Value sums) const {
  const int64_t batch = typeOf(sums).getDimSize(0);
  const auto spatial = int64_t(axes.size());
  Shape split{batch, group}, order{0, 1, 2 + spatial},
      joined{batch, group * features}, starts{0, 0},
      sizes{batch, group * features};
  for (const PlaceAxis &axis : axes)
    split.push_back(axis.stride);
  split.push_back(features);
  for (auto [d, axis] : llvm::enumerate(axes)) {
    split.push_back(axis.count);
    order.append({3 + spatial + int64_t(d), 2 + int64_t(d)});
    joined.push_back(axis.count * axis.stride);
    starts.push_back(axis.start);
    sizes.push_back(axis.size);
  }
  auto ofShape = [&](ArrayRef<int64_t> shape) {
    return RankedTensorType::get(shape, builder.getF32Type());
  };
  Value result = nn::ReshapeOp::create(builder, loc, ofShape(split), sums);
  result = nn::TransposeOp::create(builder, loc, result, order);
  result = nn::ReshapeOp::create(builder, loc, ofShape(joined), result);
  if (joined == sizes)
    return result;
  return nn::SliceOp::create(builder, loc, result, starts, sizes,
                             Shape(starts.size(), 1));
}

Value Splitting::run(const Stored &weights, Value bias) {
  SmallVector<int64_t> pads, ends, ones(axes.size(), 1);
  Shape shape{typeOf(op.getInput()).getDimSize(0), group * places * features};
  for (const PlaceAxis &axis : axes) {
    if (axis.count < 1)
      return {};
    pads.push_back(axis.before);
    ends.push_back(axis.after);
    shape.push_back(axis.count);
  }
  llvm::append_range(pads, ends);
  Value filter = dequantised(filterOf(weights), weights.scale,
                             weights.zeroPoint, !weights.scale.isOne());
  Value sums = nn::ConvOp::create(
      builder, loc, RankedTensorType::get(shape, builder.getF32Type()),
      op.getInput(), filter, bias, Value(), Value(), ones, pads, ones, group,
      op.getLayout(), TypeAttr());
  return interleave(sums);
}

Value splitTransposedConv(OpBuilder &builder, StoredReader &stored,
                          nn::ConvTransposeOp op) {
  auto input = stored.read(op.getInput()),
       weights = stored.read(op.getFilter());
  auto type = typeOf(op.getFilter());
  if (!input || !weights || !nn::constantOf(weights->integers) ||
      op.getLayout() != nn::Layout::ChannelsFirst ||
      !typeOf(op.getOutput()).getElementType().isF32() ||
      typeOf(op.getOutput()).getNumElements() == 0 ||
      typeOf(op.getInput()).getNumElements() == 0 ||
      llvm::any_of(op.getDilations(), [](int64_t by) { return by != 1; }) ||
      llvm::any_of(op.getPads(), [](int64_t by) { return by < 0; }))
    return {};
  // One scale, or one for each filter of the only group.
  const bool isAlong = !weights->scale.isOne();
  if (isAlong && (op.getGroup() != 1 ||
                  int64_t(weights->scale.size()) != type.getDimSize(1) ||
                  int64_t(weights->scale.shape.size()) != type.getRank() - 1))
    return {};
  Splitting splitting(builder, op);
  Value bias;
  if (op.getBias()) {
    bias = splitting.biasOf(stored);
    if (!bias)
      return {};
  }
  return splitting.run(*weights, bias);
}

} // namespace dlc::quantize
