//===- IntegerRescale.cpp - Rescaling by the high word of a product -------===//

#include "codegen/loops/integer/IntegerRescale.h"
#include "llvm/Support/MathExtras.h"
#include <algorithm>
#include <limits>

namespace dlc::loops {

namespace {
using Wide = __int128;

Wide floorDiv(Wide a, Wide b) { // b > 0
  Wide q = a / b;
  return q * b > a ? q - 1 : q;
}
Wide ceilDiv(Wide a, Wide b) { return -floorDiv(-a, b); }
/// Negative numbers are not shifted to the left.
Wide powerOf2(int64_t exponent) { return static_cast<Wide>(1) << exponent; }

constexpr int64_t kMostMultiplier = std::numeric_limits<int32_t>::max();

/// The result before it is clamped.
Wide valueOf(const ExactRescale &exact, Wide sum) {
  Wide product = sum * exact.multiplier;
  Wide v = (exact.isWide ? product >> kWordBits : product) + exact.addend;
  Wide q = v >> exact.shift;
  Wide rest = v & (powerOf2(exact.shift) - 1);
  bool lowered =
      exact.tie && rest < *exact.tie && ((q & 1) != 0) != exact.tiesToOdd;
  return lowered ? q - 1 : q;
}

Wide firstWide(const ExactRescale &exact, int64_t y) {
  Wide wanted = y * powerOf2(exact.shift) - exact.addend;
  Wide sum = ceilDiv(wanted, exact.multiplier);
  return valueOf(exact, sum) < y ? sum + 1 : sum;
}
} // namespace

int64_t firstSum(const ExactRescale &exact, int64_t y) {
  Wide most = powerOf2(62); // beyond all sums
  return static_cast<int64_t>(
      std::clamp<Wide>(firstWide(exact, y), -most, most));
}

int64_t ExactRescale::operator()(int64_t sum) const {
  return static_cast<int64_t>(std::clamp<Wide>(valueOf(*this, sum), min, max));
}

int64_t largestShift(const ExactRescale &exact, unsigned scale) {
  constexpr int64_t kMostShift = 22; // addends of 8 bits stay within 31
  if (exact.multiplier <= 0)
    return kMostShift;
  // multiplier * 2^(32 + shift - exact.shift - scale) < 2^31
  auto bits = static_cast<int64_t>(llvm::Log2_64(exact.multiplier)) + 1;
  return std::min(kMostShift, exact.shift + scale - 1 - bits);
}

std::optional<int64_t> addendAt(const ExactRescale &exact, int64_t shift) {
  Wide addend = exact.addend;
  int64_t less = exact.shift - shift;
  if (less > 0)
    addend = (addend + powerOf2(less - 1)) >> less;
  else
    addend *= powerOf2(-less);
  // The high word of a product has 31 bits at most.
  if (addend < -powerOf2(30) || addend >= powerOf2(30))
    return std::nullopt;
  return static_cast<int64_t>(addend);
}

std::optional<int64_t> wideAddend(const ExactRescale &exact) {
  int64_t word = int64_t(1) << kWordBits;
  if (exact.tie.value_or(0) != 0 || exact.addend % word != 0 ||
      exact.shift <= kWordBits || exact.shift >= 2 * kWordBits)
    return std::nullopt;
  return exact.addend / word;
}

int64_t wideMultiplier(const ExactRescale &exact) {
  return exact.isWide ? exact.multiplier
                      : exact.multiplier * (int64_t(1) << kWordBits);
}

std::optional<int32_t> highMultiplier(const ExactRescale &exact,
                                      const HighWordRescale &high,
                                      SumRange range) {
  // Otherwise it may fall.
  if (exact.isWide || exact.multiplier <= 0 ||
      exact.tie.value_or(0) > exact.multiplier)
    return std::nullopt;
  Wide least = 0, greatest = kMostMultiplier;
  bool possible = true;
  // sum * multiplier >= bound, or the opposite.
  auto require = [&](Wide sum, Wide bound, bool atLeast) {
    sum *= powerOf2(high.scale);
    if (sum == 0)
      possible &= (bound <= 0) == atLeast;
    else if ((sum > 0) == atLeast)
      least = std::max(least, sum > 0 ? ceilDiv(bound, sum)
                                      : floorDiv(-bound, -sum) + 1);
    else
      greatest = std::min(greatest, sum > 0 ? ceilDiv(bound, sum) - 1
                                            : floorDiv(-bound, -sum));
  };
  for (int64_t y = exact.min + 1; y <= exact.max; ++y) {
    Wide first = firstWide(exact, y);
    Wide bound = y * powerOf2(32 + high.shift) - high.addend * powerOf2(32);
    if (first <= range.greatest)
      require(std::max<Wide>(first, range.least), bound, true);
    if (first > range.least)
      require(std::min<Wide>(first - 1, range.greatest), bound, false);
  }
  if (!possible || least > greatest)
    return std::nullopt;
  // The nearest to what it stands for.
  int64_t more = 32 + high.shift - exact.shift - high.scale;
  Wide ideal = more >= 0 ? exact.multiplier * powerOf2(more)
                         : static_cast<Wide>(exact.multiplier) >> -more;
  return static_cast<int32_t>(std::clamp(ideal, least, greatest));
}

} // namespace dlc::loops
