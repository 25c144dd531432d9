//===- NearHalves.cpp - Sums of two integers that are nearly halves -------===//
//
// With zero point and a half, a sum is e(a, b) = (P a + Q b + R) / D, and a
// half where that is an integer. What Q b leaves when it is divided by D is
// sorted once; then those b that an a needs lie side by side.
//
//===----------------------------------------------------------------------===//

#include "compiler/quantize/sums/NearHalves.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;

namespace dlc::quantize {

/// Products with integers of 16 bits, and sums of them, stay within 128 bits.
static constexpr Wide kUnitEnd = Wide(1) << 100;
static constexpr int64_t kMostValues = int64_t(1) << 16;

namespace {
class NearSearch {
public:
  NearSearch(const SumTask &task, size_t most) : task(task), most(most) {}

  std::optional<std::vector<NearHalf>> run(const Fraction &within) {
    if (!readFraction())
      return std::nullopt;
    Fraction distance = within * Fraction(unit, 1);
    if (!distance.isExact() || !(distance < Fraction(unit / 4, 1)))
      return std::nullopt;
    near = distance.ceil();
    sortRests();
    for (int64_t a = task.reaches[0].least; a <= task.reaches[0].greatest; ++a)
      if (!addThoseOf(a))
        return std::nullopt;
    return std::move(found);
  }

private:
  /// The sum over one denominator.
  bool readFraction() {
    if (task.factors.size() != 2)
      return false;
    Fraction constant = task.offset + Fraction(task.zeroPoint) + Fraction(1, 2);
    for (unsigned i = 0; i < 2; ++i) {
      constant = constant - task.factors[i] * Fraction(task.origins[i]);
      if (task.reaches[i].greatest - task.reaches[i].least >= kMostValues ||
          task.reaches[i].largestMagnitude() > kMostValues)
        return false;
    }
    if (!constant.isExact())
      return false;
    unit = constant.denominator();
    for (const Fraction &factor : task.factors)
      if (!factor.isExact() ||
          __builtin_mul_overflow(
              unit, Fraction(factor.denominator(), unit).numerator(), &unit) ||
          unit >= kUnitEnd)
        return false;
    auto over = [&](const Fraction &value, Wide &numerator) {
      return !__builtin_mul_overflow(value.numerator(),
                                     unit / value.denominator(), &numerator) &&
             numerator < kUnitEnd && numerator > -kUnitEnd;
    };
    return over(task.factors[0], first) && over(task.factors[1], second) &&
           over(constant, start);
  }

  void sortRests() {
    const Reach reach = task.reaches[1];
    for (int64_t b = reach.least; b <= reach.greatest; ++b)
      rests.emplace_back(modulo(second * b, unit), b);
    llvm::sort(rests);
  }

  /// The b for which the rest of the sum is -near to near.
  bool addThoseOf(int64_t a) {
    Wide own = first * a + start;
    Wide least = modulo(-near - own, unit);
    auto at =
        llvm::lower_bound(rests, std::pair<Wide, int64_t>(least, INT64_MIN));
    for (size_t i = 0; i < rests.size(); ++i, ++at) {
      if (at == rests.end())
        at = rests.begin();
      if (modulo(at->first - least, unit) > 2 * near)
        break;
      if (!add(a, at->second, own + second * at->second))
        return false;
    }
    return true;
  }

  bool add(int64_t a, int64_t b, Wide sum) {
    Wide result = floorDiv(sum + near, unit);
    if (result <= task.clamp.least || result > task.clamp.greatest)
      return true;
    found.push_back({a, b, int64_t(result), sum - result * unit});
    return found.size() <= most;
  }

  const SumTask &task;
  size_t most;
  Wide first = 0, second = 0, start = 0, unit = 1; // P, Q, R, D
  Wide near = 0;
  std::vector<std::pair<Wide, int64_t>> rests;
  std::vector<NearHalf> found;
};
} // namespace

std::optional<std::vector<NearHalf>>
nearHalves(const SumTask &task, const Fraction &within, size_t most) {
  return NearSearch(task, most).run(within);
}

} // namespace dlc::quantize
