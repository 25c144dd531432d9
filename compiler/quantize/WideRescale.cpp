//===- WideRescale.cpp - Rescaling to results of many steps ---------------===//
//
// The definition without its clamp is floor(e(a)) with e(a) = a s + r + 1/2,
// but for ties, where e(a) is an integer. What is computed is floor(v / 2^k),
// and v is e(a) 2^k with three errors: the multiplier's, |a| 2^-33 (at most a
// quarter where accumulators have 32 bits), the addend's, a half, and that of
// the shift by 32, which is between -1 and 0. With e(a) = (P a + R) / D both
// are the same unless P a + R is within E D / 2^k of a multiple of D, where E,
// a whole number, is at least all of them together.
//
//===----------------------------------------------------------------------===//

#include "compiler/quantize/WideRescale.h"

using namespace mlir;

namespace dlc::quantize {

namespace {
/// Products of accumulators and what is less than the modulus have to stay
/// within 128 bits.
constexpr int kProductBits = 126, kLeastRange = 36;
constexpr int64_t kReachEnd = int64_t(1) << 47;
constexpr Wide kFactorEnd = (Wide(1) << 63) - 1;
constexpr int64_t kTermEnd = int64_t(1) << 62;
/// Accumulators that are looked at one by one.
constexpr int kMostLookedAt = 1000;
class WideSearch {
public:
  WideSearch(const RescaleTask &task, int64_t shift)
      : definition(task.definition), reach(task.reach), shift(shift) {}

  std::optional<RescaleParameters> run() {
    if (!readInside() || !readFraction())
      return std::nullopt;
    std::optional<RescaleParameters> found = parameters();
    if (!found)
      return std::nullopt;
    Wide near = (error * unit) >> shift;
    if (isEqual(*found, -near, near))
      return found;
    return withTies(*found);
  }

private:
  /// e(a) over one denominator.
  bool readFraction() {
    Fraction constant = definition.offset + Fraction(1, 2);
    const Fraction &factor = definition.factor;
    if (!factor.isPositive() || !constant.isExact() || shift < 1)
      return false;
    Fraction ratio(factor.denominator(), constant.denominator());
    if (__builtin_mul_overflow(constant.denominator(), ratio.numerator(),
                               &unit) ||
        unit >= (Wide(1) << kProductBits) / range)
      return false;
    if (__builtin_mul_overflow(factor.numerator(), unit / factor.denominator(),
                               &step) ||
        __builtin_mul_overflow(constant.numerator(),
                               unit / constant.denominator(), &start))
      return false;
    step = modulo(step, unit);
    start = modulo(start, unit);
    return true;
  }

  /// The accumulators whose results are not clamped, and one on either side.
  bool readInside() {
    auto at = [&](int64_t result) {
      return (Fraction(result - definition.zeroPoint) - definition.offset) /
             definition.factor;
    };
    Fraction least = at(definition.clamp.least - 1),
             greatest = at(definition.clamp.greatest + 1);
    if (!least.isExact() || !greatest.isExact())
      return false;
    inside.least =
        int64_t(std::clamp<Wide>(least.floor(), reach.least, reach.greatest));
    inside.greatest =
        int64_t(std::clamp<Wide>(greatest.ceil(), reach.least, reach.greatest));
    if (reach.least <= -kReachEnd || reach.greatest >= kReachEnd)
      return false;
    // All steps from one of them to another are less.
    while (range <= Wide(inside.greatest) - inside.least)
      range *= 2;
    const int64_t most = inside.largestMagnitude();
    error = most <= -int64_t(INT32_MIN) ? 2 : 3 + (most >> 33);
    return true;
  }

  std::optional<RescaleParameters> parameters() const {
    Fraction one(Wide(1) << shift, 1);
    Fraction multiplier = definition.factor * one * Fraction(Wide(1) << 32, 1);
    Fraction addend =
        (Fraction(definition.zeroPoint) + definition.offset + Fraction(1, 2)) *
        one;
    if (!multiplier.isExact() || !addend.isExact() ||
        !(multiplier < Fraction(kFactorEnd, 1)) ||
        !(addend < Fraction(kTermEnd - 2 * error)) ||
        !(Fraction(-kTermEnd) < addend))
      return std::nullopt;
    // Nor does the product leave its 62 bits.
    Wide product = 0;
    if (__builtin_mul_overflow(multiplier.ceil(),
                               Wide(reach.largestMagnitude()), &product) ||
        product >> 32 >= kTermEnd)
      return std::nullopt;
    RescaleParameters found;
    found.multiplier = int64_t(multiplier.roundHalfEven());
    found.addend = int64_t(addend.roundHalfEven());
    found.shift = shift;
    found.isWide = true;
    return found;
  }

  /// Whether the formula is right for all accumulators inside for which P a + R
  /// is that near to a multiple of D.
  bool isEqual(const RescaleParameters &p, Wide from, Wide to) const {
    if (from > to)
      return true;
    if (to - from >= unit - 1)
      return false;
    int lookedAt = 0;
    for (int64_t a = inside.least; a <= inside.greatest; ++a) {
      // Of the one that is `a`, the residue less `from`.
      Wide residue = modulo(start - from + step * a, unit);
      Wide least = modulo(-residue, unit), greatest = least + (to - from);
      std::optional<Wide> next = 0;
      if (greatest < unit)
        next = firstWithin(step, unit, least, greatest, range);
      if (!next || *next > inside.greatest - a)
        return true;
      a += int64_t(*next);
      auto [low, high] = definition.clamp;
      if (++lookedAt > kMostLookedAt ||
          std::clamp(p(a), low, high) != definition(a))
        return false;
    }
    return true;
  }

  /// Rounds all ties up: with the lift, which is the error, v is above a
  /// multiple of 2^k there, by less than the tie.
  std::optional<RescaleParameters> withTies(RescaleParameters p) const {
    p.addend += error;
    p.tie = 2 * error - 1;
    Wide near = (p.tie * unit) >> shift;
    p.tiesToOdd = (definition.zeroPoint & 1) != 0;
    bool isProved = p.tie <= p.multiplier >> 32 && isEqual(p, -near, -1) &&
                    isEqual(p, 1, near);
    return isProved ? std::optional(p) : std::nullopt;
  }

  const Definition &definition;
  Reach reach, inside;
  int64_t shift, error = 2;
  Wide range = Wide(1) << kLeastRange;
  Wide step = 0, start = 0, unit = 1; // P, R, D
};
} // namespace

std::optional<Wide> firstWithin(Wide factor, Wide modulus, Wide least,
                                Wide greatest, Wide end) {
  if (least == 0)
    return Wide(0);
  if (factor == 0)
    return std::nullopt;
  Wide x = ceilDiv(least, factor);
  if (x * factor <= greatest)
    return x < end ? std::optional(x) : std::nullopt;
  // No multiple of the factor is inside: factor x - modulus y is where
  // modulus y is in the same place below such a multiple.
  auto y = firstWithin(modulus % factor, factor, modulo(-greatest, factor),
                       modulo(-least, factor), end);
  Wide product = 0;
  if (!y || __builtin_mul_overflow(modulus, *y, &product) ||
      __builtin_add_overflow(product, least, &product))
    return std::nullopt;
  x = ceilDiv(product, factor);
  return x < end ? std::optional(x) : std::nullopt;
}

std::optional<RescaleParameters> wideRescale(const RescaleTask &task,
                                             int64_t shift) {
  return WideSearch(task, shift).run();
}

} // namespace dlc::quantize
