//===- Quotient.cpp - Sums divided by large denominators ------------------===//
//
// p (a - o) / q of sums a of up to 62 bits:
//
//   e = ((a >> t) M + C) >> k: near p (a - o) / q + 1/2 - 2^-8
//
//   r = 2 p (a - o) - 2 e q
//
//   y = e + 1 where r + (e & 1) > q, else e
//
// a >> t has 32 bits. What is floored is less than 2^-9 from what it is near,
// so that with h = floor(p (a - o) / q + 1/2) the estimate e is h or h - 1, and
// h - 1 where p (a - o) / q + 1/2 is an integer, which are the halves. If it is
// h, r is less than q, and even where q is odd; if it is h - 1, r is at least
// q, and q itself for halves: these become e + 1 where e is odd.
//
//===----------------------------------------------------------------------===//

#include "compiler/quantize/sums/Quotient.h"
#include "compiler/quantize/Build.h"

using namespace mlir;

namespace dlc::quantize {

namespace {
/// Nothing that is computed with sums is larger.
constexpr Wide kSumEnd = Wide(1) << 62;
/// Results beyond are no stored integers.
constexpr int64_t kEstimateEnd = int64_t(1) << 30;

struct Quotient {
  int64_t dropped = 0; // bits of the sums that the estimate does without
  RescaleParameters estimate;
  int64_t numerator = 0, denominator = 0, origin = 0;
};
} // namespace

static bool isSmall(Wide value) { return value < kSumEnd && -value < kSumEnd; }

/// The estimate's multiplier, with 31 bits, and addend.
static bool chooseEstimate(Quotient &quotient, Reach reach,
                           const Fraction &factor) {
  while ((reach.largestMagnitude() >> quotient.dropped) > INT32_MAX)
    ++quotient.dropped;
  const Fraction step = factor * Fraction(Wide(1) << quotient.dropped, 1);
  RescaleParameters &estimate = quotient.estimate;
  const Fraction end(INT32_MAX);
  auto unit = [&] { return Fraction(Wide(1) << estimate.shift, 1); };
  while (estimate.shift < 61 && step * unit() < end * Fraction(1, 2))
    ++estimate.shift;
  const Fraction multiplier = step * unit();
  const Fraction addend =
      (Fraction(127, 256) - factor * Fraction(quotient.origin)) * unit();
  // Of the bits that are dropped, the multiplier and the addend.
  const Fraction error =
      step + (Fraction((reach.largestMagnitude() >> quotient.dropped) + 1) +
              Fraction(1)) /
                 (unit() * Fraction(2));
  if (!(multiplier < end) || !addend.isExact() || !(error < Fraction(1, 512)) ||
      !isSmall(addend.floor()))
    return false;
  estimate.multiplier = int64_t(multiplier.roundHalfEven());
  estimate.addend = int64_t(addend.roundHalfEven());
  return estimate.multiplier > 0;
}

static std::optional<Quotient> chooseQuotient(Reach reach, int64_t origin,
                                              const Fraction &factor) {
  if (!factor.isPositive() || !isSmall(factor.numerator()) ||
      !isSmall(factor.denominator() * 2) || !isSmall(reach.least) ||
      !isSmall(reach.greatest) || !isSmall(origin))
    return std::nullopt;
  Quotient quotient;
  quotient.origin = origin;
  quotient.numerator = int64_t(factor.numerator());
  quotient.denominator = int64_t(factor.denominator());
  const Fraction twice(factor.numerator() * 2, 1);
  for (int64_t end : {reach.least, reach.greatest}) {
    const Fraction product = twice * Fraction(end),
                   moved = twice * Fraction(Wide(end) - origin, 1),
                   result = factor * Fraction(Wide(end) - origin, 1);
    if (!product.isExact() || !isSmall(product.numerator()) ||
        !moved.isExact() || !isSmall(moved.numerator()) || !result.isExact() ||
        !(result < Fraction(kEstimateEnd)) ||
        !(Fraction(-kEstimateEnd) < result))
      return std::nullopt;
  }
  if (!isSmall(Wide(quotient.numerator) * 2 * origin + quotient.denominator) ||
      !chooseEstimate(quotient, reach, factor))
    return std::nullopt;
  return quotient;
}

static Value estimated(OpBuilder &builder, Location loc, Value sums,
                       const Quotient &quotient) {
  IntegerType i32 = builder.getI32Type(), i64 = builder.getI64Type();
  Shape shape(typeOf(sums).getShape());
  Value upper = sums;
  if (quotient.dropped > 0)
    upper = nn::ShiftRightOp::create(
        builder, loc, sums.getType(), sums,
        buildConstant(builder, loc, i64, quotient.dropped));
  upper = nn::CastOp::create(builder, loc, RankedTensorType::get(shape, i32),
                             upper);
  return buildRescale(builder, loc, upper, quotient.estimate, i32,
                      reachOf(i32));
}

Value roundQuotient(OpBuilder &builder, Location loc, const Term &term,
                    const Fraction &factor, const Target &target) {
  auto origin = term.origin.one();
  auto reach = term.reach.one();
  IntegerType i32 = builder.getI32Type(), i64 = builder.getI64Type();
  if (!origin || !reach || typeOf(term.integers).getElementType() != i64)
    return {};
  auto quotient = chooseQuotient(*reach, *origin, factor);
  if (!quotient)
    return {};
  auto constant = [&](IntegerType type, int64_t value) {
    return buildConstant(builder, loc, type, value);
  };
  Value estimate = estimated(builder, loc, term.integers, *quotient);
  Value twice = buildBinary<nn::MulOp>(
      builder, loc, term.integers, constant(i64, 2 * quotient->numerator), i64);
  Value taken = buildBinary<nn::MulOp>(
      builder, loc, estimate, constant(i64, 2 * quotient->denominator), i64);
  Value rest = buildBinary<nn::SubOp>(builder, loc, twice, taken, i64);
  Value odd = nn::BitAndOp::create(builder, loc, estimate.getType(), estimate,
                                   constant(i32, 1));
  rest = buildBinary<nn::AddOp>(builder, loc, rest, odd, i64);
  Shape shape(typeOf(estimate).getShape());
  Value isMore = nn::CompareOp::create(
      builder, loc, RankedTensorType::get(shape, builder.getI1Type()), rest,
      constant(i64, quotient->denominator +
                        2 * quotient->numerator * quotient->origin),
      nn::ComparePredicate::GT);
  Value one = nn::CastOp::create(builder, loc, estimate.getType(), isMore);
  Value rounded = buildBinary<nn::AddOp>(builder, loc, estimate, one, i32);
  return buildRescale(builder, loc, rounded,
                      RescaleParameters{1, target.zeroPoint, 0, 0, false},
                      target.storage, target.clamp);
}

} // namespace dlc::quantize
