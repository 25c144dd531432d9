//===- RescaleParameters.cpp - Multipliers and addends of nn.rescale ------===//
//
// With a shift k, each bound of the staircase is linear in multiplier M and
// addend C:
//
//   a M + C >= y 2^k       or       a M + C < (y + 1) 2^k
//
// For a given C they leave an interval of multipliers, for a given M one of
// addends. Where ties are in reach that no M and C round as they have to be, a
// tie form is made and compared with the bounds.
//
//===----------------------------------------------------------------------===//

#include "compiler/quantize/RescaleParameters.h"
#include "compiler/quantize/WideRescale.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/bit.h"
#include <tuple>

using namespace mlir;

namespace dlc::quantize {

static constexpr int64_t kMultiplierEnd = int64_t(1) << 31;
/// Products and addends stay within it, so that their sum does within 64 bits.
static constexpr int64_t kTermEnd = int64_t(1) << 62;

int64_t RescaleParameters::operator()(int64_t a) const {
  int64_t product =
      isWide ? int64_t((Wide(a) * multiplier) >> 32) : a * multiplier;
  int64_t v = product + addend, q = v >> shift;
  int64_t rest = v & ((int64_t(1) << shift) - 1);
  bool lowered = rest < tie && (q & 1) != int64_t(tiesToOdd);
  return lowered ? q - 1 : q;
}

int64_t roundestOf(Reach range) {
  auto [least, greatest] = range;
  if (least <= 0 && greatest >= 0)
    return 0;
  // The last number of which a bit changes between least - 1 and greatest.
  bool negative = greatest < 0;
  auto low = uint64_t(negative ? -greatest : least),
       high = uint64_t(negative ? -least : greatest);
  int bits = 63 - llvm::countl_zero((low - 1) ^ high);
  auto found = int64_t(high >> bits << bits);
  return negative ? -found : found;
}

namespace {
/// A range that conditions narrow.
struct Interval {
  Wide least, greatest;

  bool isEmpty() const { return least > greatest; }
  void atLeast(Wide value) { least = std::max(least, value); }
  void atMost(Wide value) { greatest = std::min(greatest, value); }
  Wide nearestTo(Wide value) const {
    return std::clamp(value, least, greatest);
  }
};

/// One channel with one shift.
class Search {
public:
  Search(const RescaleTask &task, ArrayRef<Bound> bounds, int64_t shift)
      : task(task), bounds(bounds), shift(shift),
        one(Fraction(Wide(1) << shift, 1)),
        exactMultiplier(task.definition.factor * one) {
    // |a M| has to stay within its 62 bits.
    int64_t most = std::max<int64_t>(task.reach.largestMagnitude(), 1);
    end = std::min(kMultiplierEnd - 1, kTermEnd / most);
  }

  std::optional<RescaleParameters> run() {
    if (!exactMultiplier.isExact())
      return std::nullopt;
    Fraction half = Fraction(1, 2) * one;
    Fraction base = Fraction(task.definition.zeroPoint) * one + half;
    // The addend that others have as well, then the nearest.
    Fraction nearest = base + task.definition.offset * one;
    for (const Fraction &addend : {base, nearest})
      if (auto found = withAddend(addend))
        return found;
    if (auto found = withTie(nearest))
      return found;
    return search();
  }

private:
  /// The sum's limit at a bound: y 2^k, or (y + 1) 2^k - 1.
  Wide limitOf(const Bound &bound) const {
    Wide power = Wide(1) << shift;
    return bound.atLeast ? bound.result * power
                         : (bound.result + 1) * power - 1;
  }

  Interval multipliersFor(int64_t addend) const {
    Interval range{0, end};
    for (const Bound &bound : bounds) {
      Wide rest = limitOf(bound) - addend;
      if (bound.a == 0) {
        if (bound.atLeast ? rest > 0 : rest < 0)
          range.atMost(-1);
      } else if (bound.atLeast == (bound.a > 0)) {
        // A least multiplier: a M >= rest, or |a| M >= -rest.
        range.atLeast(bound.a > 0 ? ceilDiv(rest, bound.a)
                                  : ceilDiv(-rest, -Wide(bound.a)));
      } else {
        range.atMost(bound.a > 0 ? floorDiv(rest, bound.a)
                                 : floorDiv(-rest, -Wide(bound.a)));
      }
    }
    return range;
  }

  Interval addendsFor(int64_t multiplier) const {
    Interval range{-kTermEnd, kTermEnd - 1};
    for (const Bound &bound : bounds) {
      Wide rest = limitOf(bound) - Wide(bound.a) * multiplier;
      bound.atLeast ? range.atLeast(rest) : range.atMost(rest);
    }
    return range;
  }

  static bool isAddend(const Fraction &value) {
    return value.isExact() && Fraction(-kTermEnd) < value &&
           value < Fraction(kTermEnd - 1);
  }

  std::optional<RescaleParameters> withAddend(const Fraction &wanted) const {
    if (!isAddend(wanted))
      return std::nullopt;
    auto addend = int64_t(wanted.roundHalfEven());
    Interval range = multipliersFor(addend);
    if (range.isEmpty())
      return std::nullopt;
    Wide multiplier = range.nearestTo(exactMultiplier.roundHalfEven());
    return RescaleParameters{int64_t(multiplier), addend, shift, 0, false};
  }

  /// The accumulators from the first bound to the last; others are clamped.
  Reach inside() const {
    return {std::max(task.reach.least, bounds.front().a - 1),
            std::min(task.reach.greatest, bounds.back().a + 1)};
  }

  /// The accumulators inside whose results are halves: the first of them and
  /// the distance to the next.
  std::optional<std::pair<Wide, Wide>> ties() const;

  /// Rounds all halves up, so that they alone are less than the tie above a
  /// multiple of 2^shift.
  std::optional<RescaleParameters> withTie(const Fraction &base) const {
    auto halves = ties();
    Wide multiplier = exactMultiplier.roundHalfEven();
    if (!halves || multiplier > end)
      return std::nullopt;
    auto [first, apart] = *halves;
    Wide last = first + (inside().greatest - first) / apart * apart;
    Fraction error = Fraction(multiplier, 1) - exactMultiplier;
    // The addend is rounded up, by as much at each of them.
    if (!isAddend(base))
      return std::nullopt;
    Fraction atFirst = Fraction(first, 1) * error,
             atLast = Fraction(last, 1) * error;
    Fraction lowest = atFirst < atLast ? atFirst : atLast;
    Fraction highest = atFirst < atLast ? atLast : atFirst;
    Fraction addend((base - lowest).ceil(), 1);
    Fraction most = addend - base + highest;
    if (!isAddend(addend) || !most.isExact() ||
        !(most < Fraction(multiplier, 1)))
      return std::nullopt;
    RescaleParameters found{int64_t(multiplier), int64_t(addend.numerator()),
                            shift, int64_t(most.floor()) + 1,
                            (task.definition.zeroPoint & 1) != 0};
    bool isProved =
        found.tie <= found.multiplier &&
        llvm::all_of(bounds, [&](const Bound &bound) {
          int64_t y = found(bound.a);
          return bound.atLeast ? y >= bound.result : y <= bound.result;
        });
    return isProved ? std::optional(found) : std::nullopt;
  }

  /// The room for the addend is concave in the multiplier.
  std::optional<RescaleParameters> search() const {
    auto room = [&](Wide multiplier) {
      Interval range = addendsFor(int64_t(multiplier));
      return range.greatest - range.least;
    };
    Wide nearest = exactMultiplier.roundHalfEven();
    Wide far = std::max(Wide(2), nearest >> 14);
    Wide left = std::max(Wide(0), nearest - far),
         right = std::min(Wide(end), nearest + far);
    while (right - left > 2) {
      Wide third = (right - left) / 3;
      if (room(left + third) < room(right - third))
        left += third;
      else
        right -= third;
    }
    for (Wide multiplier = left; multiplier <= right; ++multiplier) {
      Interval range = addendsFor(int64_t(multiplier));
      if (!range.isEmpty())
        return RescaleParameters{
            int64_t(multiplier),
            roundestOf({int64_t(range.least), int64_t(range.greatest)}), shift,
            0, false};
    }
    return std::nullopt;
  }

  const RescaleTask &task;
  ArrayRef<Bound> bounds;
  int64_t shift;
  Fraction one, exactMultiplier;
  int64_t end = 0;
};
} // namespace

/// The inverse of `a` modulo `modulus`, to which it is coprime.
static Wide inverseOf(Wide a, Wide modulus) {
  Wide b = modulus, x = 1, y = 0;
  while (a > 1) {
    Wide quotient = a / b;
    std::tie(a, b) = std::pair(b, a % b);
    std::tie(x, y) = std::pair(y, x - quotient * y);
  }
  return x < 0 ? x + modulus : x;
}

/// Where factor = p/q and offset = r/q, these are the a with
/// 2 p a = q - 2 r modulo 2 q.
std::optional<std::pair<Wide, Wide>> Search::ties() const {
  const Fraction &factor = task.definition.factor,
                 &offset = task.definition.offset;
  if (bounds.empty())
    return std::nullopt;
  Fraction ratio(factor.denominator(), offset.denominator());
  Wide q = 0, p = 0, r = 0;
  if (__builtin_mul_overflow(offset.denominator(), ratio.numerator(), &q) ||
      __builtin_mul_overflow(factor.numerator(), ratio.denominator(), &p) ||
      __builtin_mul_overflow(offset.numerator(), ratio.numerator(), &r))
    return std::nullopt;
  // Below, it is taken four times.
  if (q >= Wide(1) << 120)
    return std::nullopt;
  Fraction step(p % q, q);
  Wide apart = step.denominator(), common = 2 * (q / apart);
  Wide right = (q - 2 * (r % q)) % (2 * q);
  // If they are that far apart, at most one is in reach, which any addend
  // rounds as it has to be.
  if (right % common != 0 || apart >= Wide(1) << 40)
    return std::nullopt;
  Wide start = inverseOf(step.numerator(), apart) *
               ((right / common % apart + apart) % apart) % apart;
  Wide first = start + ceilDiv(inside().least - start, apart) * apart;
  if (first > inside().greatest)
    return std::nullopt;
  return std::pair(first, apart);
}

/// The largest shift with which the multiplier of `factor` has 31 bits, results
/// of `definition` and its addend their 62.
static int64_t largestShift(const Definition &definition,
                            const Fraction &factor) {
  int64_t room = 2;
  for (int64_t value : {definition.zeroPoint, definition.clamp.least,
                        definition.clamp.greatest})
    room = std::max<int64_t>(
        room, 2 + 64 - llvm::countl_zero(uint64_t(value < 0 ? -value : value)));
  int64_t shift = 62 - room;
  while (shift > 0 && !(factor * Fraction(Wide(1) << shift, 1) <
                        Fraction(kMultiplierEnd - 1)))
    --shift;
  return shift;
}

/// Of one channel; `largest` is the factor whose shift others have. Products
/// with accumulators of more than 32 bits have to stay within theirs.
static std::optional<RescaleParameters> chooseWide(const RescaleTask &task,
                                                   const Fraction &largest) {
  const Fraction end(Wide(1) << 62, 1),
      most = task.definition.factor * Fraction(task.reach.largestMagnitude());
  for (const Fraction &factor : {largest, task.definition.factor}) {
    int64_t shift = largestShift(task.definition, factor);
    while (shift > 0 && !(most * Fraction(Wide(1) << shift, 1) < end))
      --shift;
    if (auto found = wideRescale(task, shift))
      return found;
  }
  return std::nullopt;
}

bool hasManySteps(Reach clamp) {
  constexpr int64_t kMany = 1024;
  return clamp.greatest - clamp.least > kMany;
}

static std::optional<SmallVector<RescaleParameters>>
chooseWide(ArrayRef<RescaleTask> channels) {
  Fraction largest;
  for (const RescaleTask &task : channels)
    if (largest < task.definition.factor)
      largest = task.definition.factor;
  SmallVector<RescaleParameters> chosen;
  for (const RescaleTask &task : channels) {
    std::optional<RescaleParameters> found = chooseWide(task, largest);
    if (!found)
      return std::nullopt;
    chosen.push_back(*found);
  }
  return chosen;
}

std::optional<SmallVector<RescaleParameters>>
chooseRescale(ArrayRef<RescaleTask> channels) {
  if (!channels.empty() && hasManySteps(channels.front().definition.clamp))
    return chooseWide(channels);
  SmallVector<SmallVector<Bound>> bounds;
  Fraction largest;
  for (const RescaleTask &task : channels) {
    auto own = boundsOf(task.definition, task.reach);
    if (failed(own))
      return std::nullopt;
    bounds.push_back(std::move(*own));
    if (largest < task.definition.factor)
      largest = task.definition.factor;
  }
  SmallVector<RescaleParameters> chosen;
  for (auto [task, own] : llvm::zip_equal(channels, bounds)) {
    std::optional<RescaleParameters> found;
    for (const Fraction &factor : {largest, task.definition.factor})
      if (!found)
        found = Search(task, own, largestShift(task.definition, factor)).run();
    if (!found)
      return std::nullopt;
    chosen.push_back(*found);
  }
  return chosen;
}

} // namespace dlc::quantize
