//===- DotStrategy.h - Sums of integers with features in lanes --*- C++ -*-===//

#ifndef DLC_CODEGEN_LOOPS_DOTSTRATEGY_H
#define DLC_CODEGEN_LOOPS_DOTSTRATEGY_H

#include "codegen/loops/strategy/Plan.h"

namespace dlc::loops {

/// Sums of products of 8-bit integers by instructions that add up groups of
/// products in each lane of a vector.
Strategy dotStrategy();

} // namespace dlc::loops

#endif
