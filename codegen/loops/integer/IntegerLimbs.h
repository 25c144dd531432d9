//===- IntegerLimbs.h - Rescaling by products of 32 bits --------*- C++ -*-===//
//
// Cores that keep the low 32 bits of a product rescale by a multiplier cut into
// limbs. With `a` the sum's distance from `least`, no more than `reach`,
//
//   min + (((a m0 >> bits) + a m1 + addend) >> shift)             two limbs
//   min + (((((a m0 >> bits) + a m1) >> bits) + a m2 + addend) >> shift)
//
// where no step leaves 32 bits without a sign. What is cut off by one shift
// after the other is what one shift of the whole product cuts off, so this is
// (a M + addend 2^n) >> (n + shift) with n = (limbs - 1) bits, a staircase like
// nn.rescale's; they are equal if each step is at the same place
// (docs/decisions/integer-kernels.md). Sums outside are stored as the bounds.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_LOOPS_INTEGERLIMBS_H
#define DLC_CODEGEN_LOOPS_INTEGERLIMBS_H

#include "codegen/loops/integer/IntegerRescale.h"
#include <array>
#include <vector>

namespace dlc::loops {

/// What all columns have in common.
struct LimbForm {
  int64_t limbs = 2, bits = 16, shift = 24;

  /// Words of a column's factor in a stream: reach, addend, the highest limb,
  /// and the others, of 16 bits at most.
  static constexpr int64_t kWords = 4;
};

/// What a column is rescaled by.
struct LimbFactor {
  int64_t least = 0; // the sum that is 0 from here on
  uint32_t reach = 0, addend = 0;
  std::array<uint32_t, 3> limbs{}; // the low one first

  /// The stream's words; `min` is in the addend, in the low byte of a result.
  std::vector<int64_t> words(const LimbForm &form, int64_t min) const;
  /// What a core computes.
  int64_t operator()(const LimbForm &form, const ExactRescale &bounds,
                     int64_t sum) const;
};

/// A factor of this form that is `exact` for every sum of the range; nullopt if
/// there is none.
std::optional<LimbFactor> limbFactor(const ExactRescale &exact,
                                     const LimbForm &form, SumRange range);

/// The form with the fewest limbs in which all of these have a factor; nullopt
/// if there is none.
struct Rescaled {
  ExactRescale exact;
  SumRange range;
};
std::optional<LimbForm> findLimbForm(const std::vector<Rescaled> &columns);

} // namespace dlc::loops

#endif
