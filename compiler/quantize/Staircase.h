//===- Staircase.h - The steps of an exact rescaling ------------*- C++ -*-===//
//
// clamp(round_half_even(a * factor + offset) + zero) with a positive factor
// does not fall as the integer a grows. Something else that does not is equal
// to it on a range if it is on the right side of each step there.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_COMPILER_QUANTIZE_STAIRCASE_H
#define DLC_COMPILER_QUANTIZE_STAIRCASE_H

#include "compiler/quantize/Fraction.h"
#include "mlir/Support/LLVM.h"
#include "llvm/ADT/SmallVector.h"

namespace dlc::quantize {

/// A range of integers, both ends in it.
struct Reach {
  int64_t least = 0, greatest = 0;

  bool operator==(const Reach &other) const {
    return least == other.least && greatest == other.greatest;
  }
  int64_t largestMagnitude() const { return std::max(-least, greatest); }
};

/// What an accumulator becomes: clamp(round_half_even(a * factor + offset) +
/// zeroPoint).
struct Definition {
  Fraction factor; // positive
  Fraction offset;
  int64_t zeroPoint = 0;
  Reach clamp; // of the results

  int64_t operator()(int64_t a) const;
};

/// At `a`, the result is at least (or: at most) `result`.
struct Bound {
  int64_t a = 0, result = 0;
  bool atLeast = true;
};

/// The bounds that single out the definition among all that do not fall, for
/// accumulators of `reach`. Fails where factor or offset are inexact or so
/// large that 128 bits do not do.
mlir::FailureOr<llvm::SmallVector<Bound>> boundsOf(const Definition &definition,
                                                   Reach reach);

} // namespace dlc::quantize

#endif
