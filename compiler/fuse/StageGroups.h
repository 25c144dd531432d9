//===- StageGroups.h - Which operators make a stage -------------*- C++ -*-===//
//
// An analysis: it reads @main and changes nothing.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_COMPILER_FUSE_STAGEGROUPS_H
#define DLC_COMPILER_FUSE_STAGEGROUPS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"

namespace dlc::fuse {

struct StageGroup {
  /// The operator the stage is named after: its first elementwise op when it
  /// has no other.
  mlir::Operation *root = nullptr;
  /// "conv", "matmul", ..., "elementwise", or "attention", which is a softmax
  /// with the products around it, on a GPU.
  llvm::StringRef kind;
  /// All ops of the stage in program order. The last one's results are the
  /// stage's results: no other value is read outside.
  llvm::SmallVector<mlir::Operation *> ops;
};

/// Ops that compute nothing: reshape, slice with unit steps, concat.
bool isView(mlir::Operation *op);

/// Ops whose result at a position depends on same-shaped operands there alone.
bool isFusableElementwise(mlir::Operation *op);

/// Every op of `main` but constants, views and the return is in one group.
/// Groups come in the order of their last ops: calls in that order are valid.
llvm::SmallVector<StageGroup> groupStages(mlir::func::FuncOp main);

/// Whether the stage reads each element of `operand`, computed outside, only to
/// compute the element of its one result at the same place.
bool isReadElementwise(const StageGroup &group, mlir::Value operand);

/// Makes a function of each stage of `main` (dlc-outline-stages).
void outlineStages(mlir::ModuleOp module, mlir::func::FuncOp main);

} // namespace dlc::fuse

#endif
