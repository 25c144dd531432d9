//===- MoveIntoBody.h - What was built becomes a body -----------*- C++ -*-===//

#ifndef DLC_COMPILER_IMPORT_MOVEINTOBODY_H
#define DLC_COMPILER_IMPORT_MOVEINTOBODY_H

#include "mlir/IR/Block.h"
#include "mlir/IR/Operation.h"
#include "llvm/ADT/SetVector.h"

namespace dlc::import {

/// Adds the values that `ops` read, or that are yielded, and none of `ops`
/// makes.
void addOuterValues(llvm::ArrayRef<mlir::Operation *> ops,
                    llvm::ArrayRef<mlir::Value> yielded,
                    llvm::SetVector<mlir::Value> &outer);

/// Moves `ops` into an empty block, with an argument for each of `values` that
/// stands for it there, and an nn.yield.
void moveIntoBody(mlir::Block &body, mlir::Location loc,
                  llvm::ArrayRef<mlir::Value> values,
                  llvm::ArrayRef<mlir::Operation *> ops,
                  llvm::ArrayRef<mlir::Value> yielded);

} // namespace dlc::import

#endif
