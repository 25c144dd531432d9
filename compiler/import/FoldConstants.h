//===- FoldConstants.h - Shape arithmetic while importing -----------------===//

#ifndef DLC_COMPILER_IMPORT_FOLDCONSTANTS_H
#define DLC_COMPILER_IMPORT_FOLDCONSTANTS_H

#include "mlir/IR/Block.h"

namespace dlc::import {

/// Replaces the ops behind `after` (all ops of the block when it is null) by
/// constants where their operands are constant and they are small: so shapes,
/// axes and bounds that a model computes are known when the next node asks for
/// them. Weights are left for the passes. `tracked` values follow.
void foldSmallConstants(mlir::Block &block, mlir::Operation *after,
                        llvm::MutableArrayRef<mlir::Value> tracked);

} // namespace dlc::import

#endif
