//===- IntegerRescale.h - Rescaling by the high word of a product -*- C++
//-*-===//
//
// nn.rescale computes (a M + C) >> k in 64 bits, with a rule for ties. Cores
// have an instruction for the high word of a product and a sum, which with a
// shift is (a M' + C' 2^32) >> (32 + s), two instructions. Both are staircases
// in a: they are equal on a range if each step is at the same place, which is a
// pair of inequalities for M' (docs/decisions/integer-kernels.md).
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_LOOPS_INTEGERRESCALE_H
#define DLC_CODEGEN_LOOPS_INTEGERRESCALE_H

#include <cstdint>
#include <optional>
#include <tuple>

namespace dlc::loops {

/// What nn.rescale does to a sum, clamp included.
struct ExactRescale {
  int64_t multiplier = 0, addend = 0;
  int64_t shift = 0;
  std::optional<int64_t> tie;
  bool tiesToOdd = false;
  int64_t min = 0, max = 0;
  bool isWide = false; // the multiplier is in units of 2^-32

  /// Of an accumulator in 32 bits.
  int64_t operator()(int64_t sum) const;
  bool operator==(const ExactRescale &other) const {
    auto all = [](const ExactRescale &of) {
      return std::tie(of.multiplier, of.addend, of.shift, of.tie, of.tiesToOdd,
                      of.min, of.max, of.isWide);
    };
    return all(*this) == all(other);
  }
};

/// The least sum whose result is at least `y`, more than the least: the
/// staircase does not fall. The multiplier has to be positive.
int64_t firstSum(const ExactRescale &exact, int64_t y);

/// Sums that can occur.
struct SumRange {
  int64_t least = 0, greatest = 0;
  bool fits(unsigned bits) const {
    return least >= -(int64_t(1) << (bits - 1)) &&
           greatest < (int64_t(1) << (bits - 1));
  }
};

/// (sum * 2^scale * multiplier + addend * 2^32) >> (32 + shift), clamped.
struct HighWordRescale {
  unsigned scale = 0; // of sums: how many times two they come in
  int64_t shift = 0, addend = 0;
};

/// The largest shift at which multipliers stay below 2^31; below 1: none.
int64_t largestShift(const ExactRescale &exact, unsigned scale);

/// The addend that stands for the exact one at a shift; nullopt beyond 32 bits.
std::optional<int64_t> addendAt(const ExactRescale &exact, int64_t shift);

constexpr int64_t kWordBits = 32;

/// The upper word of the addend where kernels that store 16 bits compute what
/// nn.rescale does: without ties, the lower word 0, and shifted by more than
/// one; nullopt elsewhere.
std::optional<int64_t> wideAddend(const ExactRescale &exact);

/// Its multiplier in units of 2^-32.
int64_t wideMultiplier(const ExactRescale &exact);

/// A multiplier below 2^31 with which `high` is `exact` for every sum of the
/// range; nullopt if there is none.
std::optional<int32_t> highMultiplier(const ExactRescale &exact,
                                      const HighWordRescale &high,
                                      SumRange range);

} // namespace dlc::loops

#endif
