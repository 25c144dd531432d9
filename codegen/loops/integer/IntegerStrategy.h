//===- IntegerStrategy.h - Sums of integers as a strategy -------*- C++ -*-===//

#ifndef DLC_CODEGEN_LOOPS_INTEGERSTRATEGY_H
#define DLC_CODEGEN_LOOPS_INTEGERSTRATEGY_H

#include "codegen/loops/strategy/Plan.h"

namespace dlc::loops {

/// Tiles of 8-bit integers in kernels, on machines with an instruction that
/// multiplies and adds them up.
Strategy integerStrategy();

/// Depthwise convolutions of 8-bit integers.
Strategy integerPlanesStrategy();

} // namespace dlc::loops

#endif
