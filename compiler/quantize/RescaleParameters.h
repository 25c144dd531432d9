//===- RescaleParameters.h - Multipliers and addends of nn.rescale --------===//
//
// A real factor becomes integers with a proof: what nn.rescale computes with
// them is the definition for every accumulator of a range
// (docs/decisions/integer-arithmetic.md).
//
//===----------------------------------------------------------------------===//

#ifndef DLC_COMPILER_QUANTIZE_RESCALEPARAMETERS_H
#define DLC_COMPILER_QUANTIZE_RESCALEPARAMETERS_H

#include "compiler/quantize/Staircase.h"
#include "llvm/ADT/ArrayRef.h"
#include <optional>

namespace dlc::quantize {

/// The parameters of one channel.
struct RescaleParameters {
  int64_t multiplier = 0; // 31 bits; 63 if it is wide
  int64_t addend = 0;     // 63 bits
  int64_t shift = 0;      // 0 to 62
  int64_t tie = 0;        // 0: none
  bool tiesToOdd = false;
  bool isWide = false; // the multiplier is in units of 2^-32

  /// What nn.rescale computes, without its clamp.
  int64_t operator()(int64_t a) const;
};

/// One channel: what its accumulators become, and which there are.
struct RescaleTask {
  Definition definition;
  Reach reach;
};

/// Parameters that are equal to the definitions for all accumulators of the
/// reaches, as alike as can be: of one shift if possible, and of the same
/// addend where zero points are; where a choice is left, with addends that are
/// multiples of a large power of two. Zero points and clamps of all channels
/// are the same. All multipliers are wide, or none is: they are where results
/// have more steps than those of 8 bits.
/// nullopt where a channel has none.
std::optional<llvm::SmallVector<RescaleParameters>>
chooseRescale(llvm::ArrayRef<RescaleTask> channels);

/// Whether results have more steps than can be gone through for each channel.
bool hasManySteps(Reach clamp);

/// The number in [least, greatest] that is a multiple of the largest power of
/// two.
int64_t roundestOf(Reach range);

} // namespace dlc::quantize

#endif
