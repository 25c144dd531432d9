//===- IntegerLimbs.cpp - Rescaling by products of 32 bits ----------------===//

#include "codegen/loops/integer/IntegerLimbs.h"
#include "llvm/Support/MathExtras.h"
#include <algorithm>

namespace dlc::loops {

namespace {
using Wide = __int128;

constexpr int64_t kWord = 32, kByte = 8, kHalf = 16, kMostLimbs = 3;
/// Addends beside the nearest that are tried.
constexpr int64_t kTried = 8;

Wide powerOf2(int64_t exponent) { return static_cast<Wide>(1) << exponent; }
Wide ceilDiv(Wide a, Wide b) { // b > 0
  Wide q = a / b;
  return q * b < a ? q + 1 : q;
}

/// Sums of the range whose results lie between the bounds: those below are the
/// least, those above the greatest.
SumRange between(const ExactRescale &exact, SumRange range) {
  SumRange inner;
  inner.least =
      std::clamp(firstSum(exact, exact.min + 1), range.least, range.greatest);
  inner.greatest =
      std::clamp(firstSum(exact, exact.max) - 1, inner.least, range.greatest);
  return inner;
}

bool neverFalls(const ExactRescale &exact) {
  return exact.multiplier > 0 && exact.tie.value_or(0) <= exact.multiplier;
}

/// Of a range whose sums all become the least (greatest) there is.
bool areBound(const ExactRescale &exact, SumRange range, bool least) {
  return least ? range.greatest < firstSum(exact, exact.min + 1)
               : range.least >= firstSum(exact, exact.max);
}

int64_t bitsOf(int64_t number) {
  return number <= 0 ? 1 : static_cast<int64_t>(llvm::Log2_64(number)) + 1;
}

/// Multipliers that leave the staircase as it is, with an addend.
class Multipliers {
public:
  Multipliers(const ExactRescale &exact, const LimbForm &form, SumRange inner)
      : total((form.limbs - 1) * form.bits + form.shift) {
    for (int64_t y = exact.min + 1; y <= exact.max; ++y) {
      int64_t first = firstSum(exact, y);
      Wide bound = (y - exact.min) * powerOf2(total);
      if (first <= inner.greatest)
        steps.push_back({std::max<int64_t>(first - inner.least, 0), bound,
                         /*atLeast=*/true});
      if (first > inner.least)
        steps.push_back({std::min(first - 1, inner.greatest) - inner.least,
                         bound, /*atLeast=*/false});
    }
    // Nothing clamps it.
    steps.push_back({inner.greatest - inner.least,
                     (exact.max - exact.min + 1) * powerOf2(total),
                     /*atLeast=*/false});
  }

  /// The one that is nearest to `ideal`, 0 to `most`; nullopt if there is none.
  std::optional<Wide> nearest(Wide addend, Wide ideal, Wide most) const {
    Wide least = 0, greatest = most;
    for (const Step &step : steps) {
      Wide rest = step.bound - addend;
      if (step.sum == 0) {
        if ((rest <= 0) != step.atLeast)
          return std::nullopt;
      } else if (step.atLeast) {
        least = std::max(least, ceilDiv(rest, step.sum));
      } else {
        greatest = std::min(greatest, ceilDiv(rest, step.sum) - 1);
      }
    }
    if (least > greatest)
      return std::nullopt;
    return std::clamp(ideal, least, greatest);
  }

private:
  struct Step {
    Wide sum, bound;
    bool atLeast; // sum * multiplier + addend >= bound, or less
  };
  int64_t total;
  std::vector<Step> steps;
};

/// Whether distances from a sum have 32 bits.
bool fits32(SumRange range, int64_t from) {
  return SumRange{range.least - from, range.greatest - from}.fits(kWord);
}

/// The largest shift at which the highest limb has a word and results a byte
/// above it; below 1: none.
int64_t largestShiftOf(const ExactRescale &exact) {
  // multiplier * 2^(shift - exact.shift) < 2^32
  return std::min(kWord - kByte,
                  exact.shift + kWord - bitsOf(exact.multiplier));
}
} // namespace

std::vector<int64_t> LimbFactor::words(const LimbForm &form,
                                       int64_t min) const {
  std::vector<int64_t> all{reach, addend + min * (int64_t(1) << form.shift)};
  all.push_back(limbs[static_cast<size_t>(form.limbs - 1)]);
  bool two = form.limbs == kMostLimbs;
  all.push_back(limbs[0] | (two ? static_cast<int64_t>(limbs[1]) << kHalf : 0));
  return all;
}

int64_t LimbFactor::operator()(const LimbForm &form, const ExactRescale &bounds,
                               int64_t sum) const {
  if (sum < least)
    return bounds.min;
  if (sum - least > reach)
    return bounds.max;
  auto a = static_cast<uint32_t>(sum - least);
  uint32_t high = 0;
  for (int64_t i = 0; i < form.limbs; ++i)
    high = a * limbs[static_cast<size_t>(i)] + (i ? high >> form.bits : 0);
  return bounds.min + ((high + addend) >> form.shift);
}

std::optional<LimbFactor> limbFactor(const ExactRescale &exact,
                                     const LimbForm &form, SumRange range) {
  if (!neverFalls(exact))
    return std::nullopt;
  LimbFactor factor;
  for (bool least : {true, false})
    if (areBound(exact, range, least)) {
      // Beside the only one that would be multiplied.
      factor.least = least ? range.greatest + 1 : range.least - 1;
      return fits32(range, factor.least) ? std::optional(factor) : std::nullopt;
    }
  SumRange inner = between(exact, range);
  factor.least = inner.least;
  int64_t reach = inner.greatest - inner.least;
  bool fits =
      bitsOf(reach) + form.bits <= kWord &&
      SumRange{range.least - inner.least, range.greatest - inner.least}.fits(
          kWord);
  if (!fits)
    return std::nullopt;
  factor.reach = static_cast<uint32_t>(reach);
  int64_t below = (form.limbs - 1) * form.bits;
  int64_t more = below + form.shift - exact.shift;
  auto scaled = [&](Wide number) {
    return more >= 0 ? number * powerOf2(more) : number >> -more;
  };
  Wide ideal = scaled(exact.multiplier);
  Wide start =
      scaled(static_cast<Wide>(inner.least) * exact.multiplier + exact.addend) -
      exact.min * powerOf2(below + form.shift);
  Wide middle = (start + powerOf2(below) / 2) >> below;
  Multipliers multipliers(exact, form, inner);
  for (int64_t i = 0; i < 2 * kTried; ++i) {
    Wide addend = middle + (i % 2 ? (i + 1) / 2 : -(i / 2));
    if (addend < 0 || addend >= powerOf2(kWord))
      continue;
    auto found = multipliers.nearest(addend * powerOf2(below), ideal,
                                     powerOf2(below + kWord) - 1);
    if (!found)
      continue;
    factor.addend = static_cast<uint32_t>(addend);
    for (int64_t limb = 0; limb < form.limbs; ++limb) {
      Wide rest = *found >> (limb * form.bits);
      bool isHighest = limb == form.limbs - 1;
      factor.limbs[static_cast<size_t>(limb)] = static_cast<uint32_t>(
          isHighest ? rest : rest & (powerOf2(form.bits) - 1));
    }
    return factor;
  }
  return std::nullopt;
}

std::optional<LimbForm> findLimbForm(const std::vector<Rescaled> &columns) {
  LimbForm form;
  for (const Rescaled &column : columns) {
    if (!neverFalls(column.exact))
      return std::nullopt;
    if (areBound(column.exact, column.range, true) ||
        areBound(column.exact, column.range, false))
      continue;
    SumRange inner = between(column.exact, column.range);
    form.bits =
        std::min(form.bits, kWord - bitsOf(inner.greatest - inner.least));
    form.shift = std::min(form.shift, largestShiftOf(column.exact));
  }
  if (form.bits < 1 || form.shift < 1)
    return std::nullopt;
  for (form.limbs = 2; form.limbs <= kMostLimbs; ++form.limbs)
    if (llvm::all_of(columns, [&](const Rescaled &column) {
          return limbFactor(column.exact, form, column.range).has_value();
        }))
      return form;
  return std::nullopt;
}

} // namespace dlc::loops
