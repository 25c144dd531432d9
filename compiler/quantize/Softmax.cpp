//===- Softmax.cpp - The softmax of stored integers -----------------------===//
//
//   d = max(q) - q                 0 to 255, or to 65535
//   e = exp(-scale * d) * 2^30
//   r = (2^k / output scale) / sum(e)
//   y = (e * r + (zero point + 1/2) * 2^k) >> k
//
// Of 8 bits exponentials are entries of a table: half a unit from the real ones
// at most, the largest is 2^30 and in each sum. r is less than one too small,
// which moves e * r by less than a unit of e. So what is rounded is less than
// (n + 2) 2^-31 / output scale from the real quotient for rows of n, and
// results differ from the definition only where that is as near to a half.
//
// Of 16 bits they are products of two entries, one for each byte of d:
//
//   e = (E(d & ~255) * E(d & 255)) >> 32,   E(d) = exp(-scale * d) * 2^31
//
// Entries are half a unit of 2^-31 from the real ones, those of 1 a whole one,
// and the product is rounded once: one and a quarter units of e at most for d
// of which a byte is 0, one for others and for d = 0, which is 2^30 - 1. What
// is rounded is then less than (5 n / 2 + 5) 2^-31 / output scale from the real
// quotient.
//
//===----------------------------------------------------------------------===//

#include "compiler/quantize/Build.h"
#include "compiler/quantize/Table.h"
#include <cmath>
#include <limits>

using namespace mlir;

namespace dlc::quantize {

/// Exponentials, and what the reciprocal of their sum is at most.
static constexpr int kExponentialBits = 30;
static constexpr int kReciprocalBits = 31;
/// Of an addend of nn.rescale.
static constexpr int kAddendBits = 62;
/// Of each table where exponentials are products of two entries.
static constexpr unsigned kByte = 8;
static constexpr int kEntryBits = 31;

/// exp(-scale * d) * 2^bits for d = 0, 1 ... 2^width - 1, as a word has room.
static Value buildExponentials(OpBuilder &builder, Location loc, double scale,
                               unsigned width, int bits) {
  std::vector<int64_t> entries;
  for (int64_t d = 0; d < int64_t(1) << width; ++d)
    entries.push_back(std::min<int64_t>(
        std::llrint(std::ldexp(std::exp(-scale * double(d)), bits)),
        std::numeric_limits<int32_t>::max()));
  return buildConstant(builder, loc, builder.getI32Type(),
                       {{int64_t(entries.size())}, std::move(entries)});
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

/// lhs op rhs for words, of which the second is one constant.
template <typename Op>
static Value buildWords(OpBuilder &builder, Location loc, Value words,
                        int64_t rhs) {
  return Op::create(
      builder, loc, words.getType(), words,
      buildConstant(builder, loc, builder.getI32Type(), Spread<int64_t>(rhs)));
}

/// exp(-scale * below) * 2^30 of words that a type of `width` has room for.
static Value buildPowers(OpBuilder &builder, Location loc, Value below,
                         double scale, unsigned width) {
  if (width <= kByte)
    return buildLookup(
        builder, loc,
        buildExponentials(builder, loc, scale, width, kExponentialBits), below);
  Value upper = buildWords<nn::ShiftRightOp>(builder, loc, below, kByte);
  Value lower = buildWords<nn::BitAndOp>(builder, loc, below, (1 << kByte) - 1);
  Value coarse = buildLookup(
      builder, loc,
      buildExponentials(builder, loc, scale * (1 << kByte), kByte, kEntryBits),
      upper);
  Value fine = buildLookup(
      builder, loc, buildExponentials(builder, loc, scale, kByte, kEntryBits),
      lower);
  const int64_t shift = 2 * kEntryBits - kExponentialBits;
  RescaleParameters product{0, int64_t(1) << (shift - 1), shift, 0, false};
  IntegerType word = builder.getI32Type();
  return buildRescale(builder, loc, coarse, product, word, reachOf(word), fine);
}

/// The largest k with which the reciprocal has its bits for the least sum, and
/// the addend its own.
static std::optional<int64_t>
shiftOfQuotients(const Fraction &per, int64_t zeroPoint, int64_t leastSum) {
  const Fraction end(Wide(leastSum) << kReciprocalBits, 1);
  const Fraction most(Wide(1) << kAddendBits, 1);
  for (int64_t k = kReciprocalBits - 1 + kExponentialBits; k > kExponentialBits;
       --k) {
    const Fraction unit(Wide(1) << k, 1);
    if (per * unit < end && Fraction(std::abs(zeroPoint) + 1) * unit < most)
      return k;
  }
  return std::nullopt;
}

Value quantiseSoftmax(OpBuilder &builder, StoredReader &stored,
                      nn::SoftmaxOp softmax, const Target &target) {
  auto input = stored.read(softmax.getInput());
  auto scale = input ? input->scale.one() : std::nullopt;
  if (!scale || !target.scale.isOne())
    return {};
  auto type = cast<IntegerType>(typeOf(input->integers).getElementType());
  const bool isWide = type.getWidth() > kByte;
  const int64_t leastSum = (int64_t(1) << kExponentialBits) - isWide;
  const Fraction per = Fraction(1) / target.scale.values.front();
  auto k = shiftOfQuotients(per, target.zeroPoint, leastSum);
  if (type.getWidth() > 2 * kByte || !k)
    return {};
  Location loc = softmax.getLoc();
  const int64_t rank = typeOf(softmax.getInput()).getRank();
  int64_t axis = softmax.getAxis();
  axis = axis < 0 ? axis + rank : axis;
  IntegerType i32 = builder.getI32Type(), i64 = builder.getI64Type();
  Value most = reduceRows(builder, loc, input->integers, nn::ReduceKind::Max,
                          axis, type);
  Value below =
      buildBinary<nn::SubOp>(builder, loc, most, input->integers, i32);
  Value powers =
      buildPowers(builder, loc, below, scale->approximate(), type.getWidth());
  Value sum = reduceRows(builder, loc, powers, nn::ReduceKind::Sum, axis, i64);
  // It is not less: what divides by it may rely on that.
  sum = nn::MaxOp::create(builder, loc, sum,
                          buildConstant(builder, loc, i64, leastSum));
  Value numerator = buildConstant(
      builder, loc, i64, int64_t((per * Fraction(Wide(1) << *k, 1)).floor()));
  Value reciprocal =
      nn::DivOp::create(builder, loc, sum.getType(), numerator, sum);
  Value multiplier = nn::CastOp::create(
      builder, loc, RankedTensorType::get(typeOf(sum).getShape(), i32),
      reciprocal);
  RescaleParameters rest{
      0, target.zeroPoint * (int64_t(1) << *k) + (int64_t(1) << (*k - 1)), *k,
      0, false};
  return buildRescale(builder, loc, powers, rest, target.storage, target.clamp,
                      multiplier);
}

} // namespace dlc::quantize
