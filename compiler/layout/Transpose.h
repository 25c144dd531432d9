//===- Transpose.h - Values in another order of dimensions ------*- C++ -*-===//

#ifndef DLC_COMPILER_LAYOUT_TRANSPOSE_H
#define DLC_COMPILER_LAYOUT_TRANSPOSE_H

#include "dialects/interfaces/Permutation.h"
#include "dialects/nn/NnOps.h"

namespace dlc::layout {

/// A transpose of the value, or the value itself for the identity.
mlir::Value transpose(mlir::OpBuilder &builder, mlir::Location loc,
                      mlir::Value value, llvm::ArrayRef<int64_t> perm);

inline mlir::RankedTensorType tensorType(mlir::Value value) {
  return llvm::cast<mlir::RankedTensorType>(value.getType());
}

} // namespace dlc::layout

#endif
