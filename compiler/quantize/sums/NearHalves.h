//===- NearHalves.h - Sums of two integers that are nearly halves -*- C++ -*-=//
//
// Two integers of 16 bits have 2^32 sums: too many to be compared one by one.
// What a formula computes can differ from the definition only for sums that
// are about as near to a half as its error is large. These are few, and are
// found without looking at others.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_COMPILER_QUANTIZE_SUMS_NEARHALVES_H
#define DLC_COMPILER_QUANTIZE_SUMS_NEARHALVES_H

#include "compiler/quantize/SumParameters.h"

namespace dlc::quantize {

/// With these integers the sum, in units of the result, is `beyond` / unit
/// above the half under `result`: what is at least that half becomes `result`
/// or more. 0 is a half.
struct NearHalf {
  int64_t a = 0, b = 0;
  int64_t result = 0;
  Wide beyond = 0;
};

/// Of the sums of a task with two terms, all that are at most `within` from a
/// half between two results that its clamp leaves; nullopt where terms have
/// more values than those of 16 bits, fractions too many bits, or there are
/// more than `most`.
std::optional<std::vector<NearHalf>>
nearHalves(const SumTask &task, const Fraction &within, size_t most);

} // namespace dlc::quantize

#endif
