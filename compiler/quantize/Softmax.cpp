//===- Softmax.cpp - The softmax of stored integers -----------------------===//
//
//   d = q - max(q)                 0 to -255
//   e = exp(scale * d) * 2^30      from a table
//   r = (2^k / output scale) / sum(e)
//   y = (e * r + (zero point + 1/2) * 2^k) >> k
//
// Entries of the table are half a unit from the real exponentials at most, the
// largest is 2^30 and in each sum, and r is less than one too small. So what is
// rounded is less than (2^-31 (n + 1) + 2^-31) / output scale from the real
// quotient for rows of n, and results differ from the definition only where
// that is as near to a half.
//
//===----------------------------------------------------------------------===//

#include "compiler/quantize/Build.h"
#include "compiler/quantize/Table.h"
#include <cmath>

using namespace mlir;

namespace dlc::quantize {

/// Exponentials, and what the reciprocal of their sum is at most.
static constexpr int kExponentialBits = 30;
static constexpr int kReciprocalBits = 31;

/// exp(scale * d) for d = 0, -255, ... -1: negative indices count from the end.
static std::vector<int64_t> exponentials(double scale, unsigned width) {
  const int64_t count = int64_t(1) << width;
  std::vector<int64_t> entries;
  for (int64_t i = 0; i < count; ++i)
    entries.push_back(std::llrint(std::ldexp(
        std::exp(scale * double(i == 0 ? 0 : i - count)), kExponentialBits)));
  return entries;
}

static Value reduceRows(OpBuilder &builder, Location loc, Value input,
                        nn::ReduceKind kind, int64_t axis,
                        IntegerType element) {
  Shape shape(typeOf(input).getShape());
  shape[axis] = 1;
  bool same = typeOf(input).getElementType() == element;
  return nn::ReduceOp::create(
      builder, loc, RankedTensorType::get(shape, element), input, Value(), kind,
      ArrayRef<int64_t>(axis), /*keepdims=*/true,
      same ? TypeAttr() : TypeAttr::get(element));
}

Value quantiseSoftmax(OpBuilder &builder, StoredReader &stored,
                      nn::SoftmaxOp softmax, const Target &target) {
  auto input = stored.read(softmax.getInput());
  auto scale = input ? input->scale.one() : std::nullopt;
  if (!scale || !target.scale.isOne())
    return {};
  auto type = cast<IntegerType>(typeOf(input->integers).getElementType());
  Fraction per = Fraction(1) / target.scale.values.front();
  // The largest k with which r has its bits for the least sum, 2^30.
  int64_t k = kReciprocalBits - 1 + kExponentialBits;
  auto numerator = [&] { return per * Fraction(Wide(1) << k, 1); };
  const Fraction end(Wide(1) << (kReciprocalBits + kExponentialBits), 1);
  while (k > kExponentialBits && !(numerator() < end))
    --k;
  if (type.getWidth() > 8 || !(numerator() < end))
    return {};
  Location loc = softmax.getLoc();
  const int64_t rank = typeOf(softmax.getInput()).getRank();
  int64_t axis = softmax.getAxis();
  axis = axis < 0 ? axis + rank : axis;
  IntegerType i32 = builder.getI32Type(), i64 = builder.getI64Type();
  Value most = reduceRows(builder, loc, input->integers, nn::ReduceKind::Max,
                          axis, type);
  Value below =
      buildBinary<nn::SubOp>(builder, loc, input->integers, most, i32);
  auto entries = exponentials(scale->approximate(), type.getWidth());
  Value table = buildConstant(builder, loc, i32,
                              {{int64_t(entries.size())}, std::move(entries)});
  Value powers = buildLookup(builder, loc, table, below);
  Value sum = reduceRows(builder, loc, powers, nn::ReduceKind::Sum, axis, i64);
  Value numerators =
      buildConstant(builder, loc, i64, int64_t(numerator().floor()));
  Value reciprocal =
      nn::DivOp::create(builder, loc, sum.getType(), numerators, sum);
  Value multiplier = nn::CastOp::create(
      builder, loc, RankedTensorType::get(typeOf(sum).getShape(), i32),
      reciprocal);
  RescaleParameters rest{
      0, target.zeroPoint * (int64_t(1) << k) + (int64_t(1) << (k - 1)), k, 0,
      false};
  return buildRescale(builder, loc, powers, rest, target.storage, target.clamp,
                      multiplier);
}

} // namespace dlc::quantize
