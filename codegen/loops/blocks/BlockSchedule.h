//===- BlockSchedule.h - How large a register block is ----------*- C++ -*-===//
//
// Pieces x positions accumulators stay in registers over the reduction.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_LOOPS_BLOCKSCHEDULE_H
#define DLC_CODEGEN_LOOPS_BLOCKSCHEDULE_H

#include "codegen/loops/tiles/TileSchedule.h"

namespace dlc::loops {

struct BlockSchedule : TileSchedule {
  BlockSchedule() = default;
  explicit BlockSchedule(const TileSchedule &outline) : TileSchedule(outline) {}

  /// So many steps of the reduction are taken together where an operand that is
  /// one factor for all lanes lies contiguously along them ...
  int64_t run = 1;
  /// ... and that operand is loaded in vectors of that length, one lane of
  /// which is the factor.
  bool factorInLane = false;
  /// All steps of the reduction follow without a loop, so that what lies
  /// between the elements of a vector is loaded with them (pairedDim).
  bool unrollReduction = false;
};

/// Accumulations that follow without a loop at most, and fewer where code is to
/// be compact.
constexpr int64_t kUnrollAccumulations = 256, kCompactAccumulations = 48;

/// `contraction` is what the nest is as a sum of products, null if it is none.
BlockSchedule chooseBlocks(Nest &nest, const Contraction *contraction,
                           const Machine &machine);

} // namespace dlc::loops

#endif
