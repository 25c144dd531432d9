//===- Overlap.h - How far a result may lie over an operand -----*- C++ -*-===//
//
// A stage that reads its operand from the beginning to the end may write its
// result over what it has read for the last time ("Diagonal Memory
// Optimisation for Machine Learning on Micro-controllers", Blacker, Bridges and
// Hadfield 2020).
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_MEMORY_OVERLAP_H
#define DLC_CODEGEN_MEMORY_OVERLAP_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace dlc::memory {

/// Bytes between the beginnings of an operand and of a result. Nothing is
/// written over what is still to be read where
///
/// * the operand begins at least `after` bytes after the result, or
/// * it begins at least `before` bytes before the result.
///
/// Either may be negative. Without any overlap `after` is the result's size and
/// `before` the operand's.
struct OverlapDistances {
  int64_t after = 0, before = 0;
};

/// Measures a stage on memrefs, whose arguments these are; nullopt where its
/// accesses cannot be followed or no overlap is possible. A stage with many
/// tiles is measured row by row, or as a whole: the distances are then larger
/// than they need be. `backwards` asks what they would be if the loops that may
/// did go from their last iteration to their first; nullopt if there are none.
std::optional<OverlapDistances> measureOverlap(mlir::func::FuncOp stage,
                                               unsigned operand,
                                               unsigned result,
                                               bool backwards = false);

} // namespace dlc::memory

#endif
