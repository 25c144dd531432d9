//===- SumParameters.h - Sums of integers in several units ------*- C++ -*-===//
//
// What a residual addition needs: integers of two or more scales become stored
// integers of another,
//
//   v = a1 M1 + a2 M2 + ... + C            its last bits cleared, where it says
//   so q = clamp(v >> k)
//
// equal to the definition for all integers of their ranges. Clearing bits makes
// halves exact multiples of 2^k that are only nearly so.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_COMPILER_QUANTIZE_SUMPARAMETERS_H
#define DLC_COMPILER_QUANTIZE_SUMPARAMETERS_H

#include "compiler/quantize/Staircase.h"
#include <optional>

namespace dlc::quantize {

/// clamp(round_half_even((a1 - origin1) * factor1 + (a2 - origin2) * factor2
/// ...
/// + offset) + zeroPoint)
struct SumTask {
  llvm::SmallVector<Fraction, 2> factors; // of either sign
  llvm::SmallVector<Reach, 2> reaches;
  llvm::SmallVector<int64_t, 2> origins;
  Fraction offset;
  int64_t zeroPoint = 0;
  Reach clamp;
};

struct SumParameters {
  llvm::SmallVector<int64_t, 2> multipliers;
  int64_t addend = 0;
  int64_t shift = 0;
  /// So many of its last bits are cleared.
  int64_t dropped = 0;
  /// A sum that is a multiple of 2^shift then is a half, which is rounded to
  /// even.
  bool hasTies = false;
  bool tiesToOdd = false;

  int64_t operator()(llvm::ArrayRef<int64_t> a) const;
};

/// Parameters whose sums and products fit into `bits` (32 or 64), proved for
/// all integers of the reaches: step by step for two terms if one of them and
/// the result have few values, else by a bound of the error where that is small
/// enough, else for two terms by looking at all sums that are nearly halves.
std::optional<SumParameters> chooseSum(const SumTask &task, unsigned bits);

} // namespace dlc::quantize

#endif
