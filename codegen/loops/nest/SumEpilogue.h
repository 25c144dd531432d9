//===- SumEpilogue.h - How the epilogue of a sum begins ---------*- C++ -*-===//

#ifndef DLC_CODEGEN_LOOPS_SUMEPILOGUE_H
#define DLC_CODEGEN_LOOPS_SUMEPILOGUE_H

#include "codegen/loops/nest/Contraction.h"

namespace dlc::loops {

/// Reads the epilogue of a nest from the sum on.
SumEpilogue readSumEpilogue(const Nest &nest);

/// Whether the multiplier has 64 bits, in units of 2^-32: the upper part of its
/// product is what is added to.
bool hasWideMultiplier(const Nest &nest, const Rescale &rescale);

/// Whether the results, or what the epilogue reads, are truth values: these
/// take a byte each in memory, but a bit of a vector.
bool holdsTruthValues(const Nest &nest);

} // namespace dlc::loops

#endif
