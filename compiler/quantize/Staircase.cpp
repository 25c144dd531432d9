//===- Staircase.cpp - The steps of an exact rescaling --------------------===//

#include "compiler/quantize/Staircase.h"
#include <algorithm>

using namespace mlir;

namespace dlc::quantize {

int64_t Definition::operator()(int64_t a) const {
  Wide rounded = (Fraction(a) * factor + offset).roundHalfEven() + zeroPoint;
  return int64_t(std::clamp(rounded, Wide(clamp.least), Wide(clamp.greatest)));
}

namespace {
/// The least integer a with round_half_even(a * factor + offset) >= n, as n
/// grows by one.
class Thresholds {
public:
  Thresholds(const Definition &definition, int64_t first) : result(first) {
    // a >= (n - 1/2 - offset) / factor, over one denominator.
    Fraction at = (Fraction(2 * Wide(first) - 1, 2) - definition.offset) /
                  definition.factor;
    Fraction step = Fraction(1) / definition.factor;
    if (!at.isExact() || !step.isExact())
      return;
    // The least common multiple.
    Fraction ratio(step.denominator(), at.denominator());
    if (__builtin_mul_overflow(at.denominator(), ratio.numerator(), &divisor))
      return;
    exact = !__builtin_mul_overflow(at.numerator(), divisor / at.denominator(),
                                    &position) &&
            !__builtin_mul_overflow(step.numerator(),
                                    divisor / step.denominator(), &apart);
    // Some 2^17 steps are taken at most.
    Wide last = 0;
    exact = exact && !__builtin_mul_overflow(apart, Wide(1) << 20, &last) &&
            !__builtin_add_overflow(position, last, &last);
  }

  bool isExact() const { return exact; }

  /// For the present n; then n becomes the next.
  Wide next() {
    Wide least = ceilDiv(position, divisor);
    // At a half the even one of two neighbours is reached.
    bool isTie = least * divisor == position;
    if (isTie && (result & 1))
      ++least;
    ++result;
    position += apart;
    return least;
  }

private:
  int64_t result;
  Wide position = 0, apart = 0, divisor = 1;
  bool exact = false;
};
} // namespace

FailureOr<SmallVector<Bound>> boundsOf(const Definition &definition,
                                       Reach reach) {
  if (!definition.factor.isPositive() || !definition.offset.isExact())
    return failure();
  for (int64_t a : {reach.least, reach.greatest})
    if (!(Fraction(a) * definition.factor + definition.offset).isExact())
      return failure();
  const int64_t first = definition(reach.least),
                last = definition(reach.greatest);
  SmallVector<Bound> bounds;
  if (first > definition.clamp.least)
    bounds.push_back({reach.least, first, true});
  if (first < last) {
    Thresholds thresholds(definition, first + 1 - definition.zeroPoint);
    if (!thresholds.isExact())
      return failure();
    bounds.reserve(2 * (last - first) + 2);
    for (int64_t y = first + 1; y <= last; ++y) {
      auto a = int64_t(thresholds.next());
      bounds.push_back({a, y, true});
      bounds.push_back({a - 1, y - 1, false});
    }
  }
  if (last < definition.clamp.greatest)
    bounds.push_back({reach.greatest, last, false});
  return bounds;
}

} // namespace dlc::quantize
