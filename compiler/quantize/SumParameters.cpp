//===- SumParameters.cpp - Sums of integers in several units --------------===//

#include "compiler/quantize/SumParameters.h"
#include "compiler/quantize/RescaleParameters.h"
#include "compiler/quantize/sums/NearHalves.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;

namespace dlc::quantize {

/// An integer of 8 bits has so many values, and one less its zero point.
static constexpr int64_t kFewValues = 512;
/// How far multipliers are looked for beside the nearest ones.
static constexpr int64_t kFarthest = 3;

int64_t SumParameters::operator()(ArrayRef<int64_t> a) const {
  int64_t v = addend;
  for (auto [value, multiplier] : llvm::zip_equal(a, multipliers))
    v += value * multiplier;
  v &= -(int64_t(1) << dropped);
  int64_t q = v >> shift;
  int64_t rest = v & ((int64_t(1) << shift) - 1);
  bool lowered = hasTies && rest == 0 && (q & 1) != int64_t(tiesToOdd);
  return lowered ? q - 1 : q;
}

namespace {
/// With the integers (a, b), the result is at least (or: at most) `result`.
struct PairBound {
  int64_t a = 0, b = 0, result = 0;
  bool atLeast = true;
};

class SumSearch {
public:
  SumSearch(const SumTask &task, unsigned bits)
      : task(task), limit(Wide(1) << (bits == 32 ? 31 : 62)) {}

  std::optional<SumParameters> run();

private:
  bool chooseShift();
  bool readBounds();
  bool fits(const SumParameters &p) const;
  std::optional<SumParameters> withAddend(SumParameters p) const;
  std::optional<SumParameters> withTies(SumParameters p) const;
  template <typename Fn>
  std::optional<SumParameters> amongNeighbours(Fn make) const;
  std::optional<SumParameters> searchPairs() const;
  Fraction errorOf(const SumParameters &p) const;
  std::optional<Wide> unitOfSums() const;
  std::optional<SumParameters> provedByError() const;
  std::optional<SumParameters> settle(SumParameters p, ArrayRef<NearHalf> near,
                                      int64_t room) const;
  std::optional<SumParameters> searchNear() const;

  SumParameters nearest() const {
    SumParameters p;
    p.shift = shift;
    for (const Fraction &factor : task.factors)
      p.multipliers.push_back(int64_t((factor * one).roundHalfEven()));
    return p;
  }
  /// (zero point + 1/2 + offset) * 2^shift
  Fraction exactAddend() const {
    return (Fraction(task.zeroPoint) + Fraction(1, 2) + task.offset) * one;
  }
  /// The nearest to it, for elements from which their origins are not
  /// subtracted.
  int64_t addendFor(const SumParameters &p) const {
    auto addend = int64_t(exactAddend().roundHalfEven());
    for (auto [multiplier, origin] :
         llvm::zip_equal(p.multipliers, task.origins))
      addend -= multiplier * origin;
    return addend;
  }

  const SumTask &task;
  Wide limit;
  int64_t shift = 0;
  Fraction one;
  /// Of the two terms, the one whose values are gone through.
  unsigned few = 0;
  SmallVector<PairBound> bounds;
};
} // namespace

static Fraction magnitude(const Fraction &value) {
  return value.isNegative() ? -value : value;
}

/// The largest with which no sum or part of one leaves the limit.
bool SumSearch::chooseShift() {
  Fraction most =
      magnitude(task.offset) +
      Fraction(std::max<int64_t>(task.zeroPoint, -task.zeroPoint) + 1);
  for (auto [factor, reach, origin] :
       llvm::zip_equal(task.factors, task.reaches, task.origins))
    most = most + magnitude(factor) * (Fraction(reach.largestMagnitude() + 1) +
                                       magnitude(Fraction(origin)));
  for (shift = 62; shift >= 0; --shift) {
    one = Fraction(Wide(1) << shift, 1);
    // Rounding adds less than the integers themselves.
    Fraction scaled = most * one + Fraction(int64_t(1) << 20);
    if (scaled.isExact() && scaled < Fraction(limit, 1))
      return exactAddend().isExact() &&
             llvm::all_of(task.factors, [&](const Fraction &factor) {
               return (factor * one).isExact();
             });
  }
  return false;
}

bool SumSearch::fits(const SumParameters &p) const {
  Wide least = p.addend, greatest = p.addend;
  for (auto [multiplier, reach] :
       llvm::zip_equal(p.multipliers, task.reaches)) {
    Wide a = Wide(multiplier) * reach.least,
         b = Wide(multiplier) * reach.greatest;
    for (Wide product : {a, b, Wide(multiplier)})
      if (product < -limit || product >= limit)
        return false;
    least += std::min<Wide>(std::min(a, b), 0);
    greatest += std::max<Wide>(std::max(a, b), 0);
  }
  return least >= -limit && greatest < limit;
}

/// The staircases of one term, for each value of the other.
bool SumSearch::readBounds() {
  auto valuesOf = [](Reach reach) { return reach.greatest - reach.least + 1; };
  few = valuesOf(task.reaches[0]) < valuesOf(task.reaches[1]) ? 0 : 1;
  if (valuesOf(task.reaches[few]) > kFewValues)
    return false;
  const Fraction &factor = task.factors[1 - few];
  const Reach reach = task.reaches[1 - few];
  // With a negative factor, the negated integers rise.
  const int64_t sign = factor.isNegative() ? -1 : 1;
  Reach rising = sign > 0 ? reach : Reach{-reach.greatest, -reach.least};
  for (int64_t b = task.reaches[few].least; b <= task.reaches[few].greatest;
       ++b) {
    Definition definition{
        magnitude(factor),
        task.offset + task.factors[few] * Fraction(b - task.origins[few]) -
            factor * Fraction(task.origins[1 - few]),
        task.zeroPoint, task.clamp};
    auto own = boundsOf(definition, rising);
    if (failed(own))
      return false;
    for (const Bound &bound : *own)
      bounds.push_back({sign * bound.a, b, bound.result, bound.atLeast});
  }
  return true;
}

/// The addends that satisfy all bounds are a range.
std::optional<SumParameters> SumSearch::withAddend(SumParameters p) const {
  Wide least = -limit, greatest = limit - 1, power = Wide(1) << shift;
  for (const PairBound &bound : bounds) {
    int64_t products =
        bound.a * p.multipliers[1 - few] + bound.b * p.multipliers[few];
    if (bound.atLeast)
      least = std::max<Wide>(least, bound.result * power - products);
    else
      greatest =
          std::min<Wide>(greatest, (bound.result + 1) * power - 1 - products);
    if (least > greatest)
      return std::nullopt;
  }
  p.addend = roundestOf({int64_t(least), int64_t(greatest)});
  return fits(p) ? std::optional(p) : std::nullopt;
}

/// Where sums that are halves are exact they are multiples of 2^shift.
std::optional<SumParameters> SumSearch::withTies(SumParameters p) const {
  if (!exactAddend().isInteger())
    return std::nullopt;
  p.addend = addendFor(p);
  p.hasTies = true;
  p.tiesToOdd = (task.zeroPoint & 1) != 0;
  if (!fits(p) || p.multipliers[1 - few] == 0)
    return std::nullopt;
  SmallVector<int64_t, 2> pair(2);
  for (const PairBound &bound : bounds) {
    pair[1 - few] = bound.a;
    pair[few] = bound.b;
    int64_t y = p(pair);
    if (bound.atLeast ? y < bound.result : y > bound.result)
      return std::nullopt;
  }
  return p;
}

/// The first that `make` has parameters with, of the nearest multipliers and
/// those beside them.
template <typename Fn>
std::optional<SumParameters> SumSearch::amongNeighbours(Fn make) const {
  const SumParameters middle = nearest();
  for (int64_t far = 0; far <= kFarthest; ++far)
    for (int64_t d0 = -far; d0 <= far; ++d0)
      for (int64_t d1 = -far; d1 <= far; ++d1) {
        if (std::max(std::abs(d0), std::abs(d1)) != far)
          continue;
        SumParameters p = middle;
        p.multipliers[0] += d0;
        p.multipliers[1] += d1;
        if (std::optional<SumParameters> found = make(std::move(p)))
          return found;
      }
  return std::nullopt;
}

std::optional<SumParameters> SumSearch::searchPairs() const {
  return amongNeighbours([&](SumParameters p) {
    auto found = withAddend(p);
    return found ? found : withTies(std::move(p));
  });
}

/// How far a sum with the nearest addend can be from the real one times
/// 2^shift.
Fraction SumSearch::errorOf(const SumParameters &p) const {
  Fraction addend = exactAddend();
  Fraction error = magnitude(addend - Fraction(addend.roundHalfEven(), 1));
  for (auto [factor, reach, origin, multiplier] : llvm::zip_equal(
           task.factors, task.reaches, task.origins, p.multipliers)) {
    Reach centred{reach.least - origin, reach.greatest - origin};
    error = error + magnitude(factor * one - Fraction(multiplier)) *
                        Fraction(centred.largestMagnitude());
  }
  return error;
}

/// The least common denominator: all sums are multiples of one over it.
std::optional<Wide> SumSearch::unitOfSums() const {
  Wide unit = task.offset.denominator();
  for (const Fraction &factor : task.factors)
    if (__builtin_mul_overflow(
            unit, Fraction(factor.denominator(), unit).numerator(), &unit))
      return std::nullopt;
  Wide twice = 0;
  bool fits = unit > 0 && !__builtin_mul_overflow(unit, Wide(2), &twice);
  return fits ? std::optional(unit) : std::nullopt;
}

/// With an odd unit no sum is a half: they are half a unit apart from these at
/// least. With an even one halves are rounded up, by as much as sums can be
/// off, and all others are a unit apart from them.
std::optional<SumParameters> SumSearch::provedByError() const {
  SumParameters p = nearest();
  p.addend = addendFor(p);
  Fraction error = errorOf(p);
  std::optional<Wide> unit = unitOfSums();
  if (!unit || !error.isExact())
    return std::nullopt;
  if ((*unit & 1) != 0) {
    bool isProved = error < one * Fraction(1, 2 * *unit);
    return isProved && fits(p) ? std::optional(p) : std::nullopt;
  }
  Fraction apart = one * Fraction(1, *unit);
  Wide lift = error.ceil();
  // Rounded up, halves are 0 to two lifts above a multiple of 2^shift.
  while ((Wide(1) << p.dropped) <= 2 * lift)
    ++p.dropped;
  if (!apart.isExact() || apart < Fraction(Wide(1) << p.dropped, 1))
    return std::nullopt;
  p.addend += int64_t(lift);
  p.hasTies = true;
  p.tiesToOdd = (task.zeroPoint & 1) != 0;
  return fits(p) ? std::optional(p) : std::nullopt;
}

/// The addend, at most `room` from the nearest, and the bits dropped, at most
/// `room` too, with which all sums near halves are on their side of them.
std::optional<SumParameters> SumSearch::settle(SumParameters p,
                                               ArrayRef<NearHalf> near,
                                               int64_t room) const {
  p.addend = addendFor(p);
  // What sums are beyond multiples of 2^shift: the greatest of those that have
  // to be below, all of halves, the least of those that have to be above.
  Wide below = -limit, least = limit, greatest = -limit, above = limit;
  for (const NearHalf &sum : near) {
    Wide beyond = Wide(sum.a) * p.multipliers[0] +
                  Wide(sum.b) * p.multipliers[1] + p.addend -
                  (Wide(1) << shift) * sum.result;
    if (sum.beyond < 0) {
      below = std::max(below, beyond);
    } else if (sum.beyond > 0) {
      above = std::min(above, beyond);
    } else {
      least = std::min(least, beyond);
      greatest = std::max(greatest, beyond);
    }
  }
  const bool hasTies = least <= greatest;
  for (; (int64_t(1) << p.dropped) <= room; ++p.dropped) {
    const Wide tie = hasTies ? Wide(1) << p.dropped : 0;
    Wide low = std::max<Wide>(-room, tie - above),
         high = std::min<Wide>(room, -below - 1);
    if (hasTies) {
      low = std::max(low, -least);
      high = std::min(high, tie - 1 - greatest);
    }
    if (low <= high) {
      p.addend += int64_t(std::clamp<Wide>(0, low, high));
      p.hasTies = hasTies;
      p.tiesToOdd = hasTies && (task.zeroPoint & 1) != 0;
      return fits(p) ? std::optional(p) : std::nullopt;
    }
    if (!hasTies)
      break;
  }
  return std::nullopt;
}

/// Sums that are farther from a half than they can be off, with the addend
/// moved and bits dropped, are right in any case; the others are looked at.
std::optional<SumParameters> SumSearch::searchNear() const {
  Fraction error = errorOf(nearest());
  for (auto [reach, origin] : llvm::zip_equal(task.reaches, task.origins)) {
    Reach centred{reach.least - origin, reach.greatest - origin};
    error = error + Fraction(kFarthest * centred.largestMagnitude());
  }
  constexpr Wide end = Wide(1) << 40;
  if (!error.isExact() || !(error < Fraction(end, 1)))
    return std::nullopt;
  auto room = int64_t(2 * error.ceil());
  Fraction within = (error + Fraction(2 * room + 1)) / one;
  constexpr size_t most = 4096;
  auto near = nearHalves(task, within, most);
  if (!near)
    return std::nullopt;
  return amongNeighbours(
      [&](SumParameters p) { return settle(std::move(p), *near, room); });
}

std::optional<SumParameters> SumSearch::run() {
  if (!chooseShift() || !(magnitude(exactAddend()) < Fraction(limit - 1, 1)))
    return std::nullopt;
  const bool isPair = task.factors.size() == 2,
             hasMany = hasManySteps(task.clamp);
  if (isPair && !hasMany && readBounds())
    return searchPairs();
  if (auto found = provedByError())
    return found;
  return isPair && hasMany ? searchNear() : std::nullopt;
}

std::optional<SumParameters> chooseSum(const SumTask &task, unsigned bits) {
  return SumSearch(task, bits).run();
}

} // namespace dlc::quantize
