//===- WideRescale.h - Rescaling to results of many steps -------*- C++ -*-===//
//
// Results of 16 bits have 65535 steps: too many to be compared one by one for
// each channel, and too many for a multiplier of 31 bits to have all of them in
// the right place. With a multiplier of 63 bits what is computed is less than
// 2^(1 - shift) from the real number, and differs from the definition only
// where that is as near to a half: by Euclid's algorithm these accumulators are
// found without looking at others.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_COMPILER_QUANTIZE_WIDERESCALE_H
#define DLC_COMPILER_QUANTIZE_WIDERESCALE_H

#include "compiler/quantize/RescaleParameters.h"

namespace dlc::quantize {

/// The least x >= 0 for which factor * x modulo `modulus` is in `least` to
/// `greatest`, which are 0 to modulus - 1, as factor is; nullopt where there is
/// none below `end`. The modulus times the end is below 2^126.
std::optional<Wide> firstWithin(Wide factor, Wide modulus, Wide least,
                                Wide greatest, Wide end = Wide(1) << 36);

/// Parameters with this shift and a multiplier in units of 2^-32 that are equal
/// to the definition for all accumulators of the task, which have at most 48
/// bits; nullopt where these are not.
std::optional<RescaleParameters> wideRescale(const RescaleTask &task,
                                             int64_t shift);

} // namespace dlc::quantize

#endif
