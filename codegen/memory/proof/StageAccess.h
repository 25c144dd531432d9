//===- StageAccess.h - What an op of a stage reads or writes ----*- C++ -*-===//

#ifndef DLC_CODEGEN_MEMORY_STAGEACCESS_H
#define DLC_CODEGEN_MEMORY_STAGEACCESS_H

#include "mlir/IR/Value.h"
#include "llvm/ADT/SmallVector.h"

namespace dlc::memory {

/// A number that is known or that an index has when the op is reached.
struct Count {
  int64_t known = 0;
  mlir::Value value = {}; // in place of `known`
};

/// A read or a write of `rows` rows of bytes whose beginnings are `stride`
/// bytes apart.
struct StageAccess {
  /// A memref, at `indices`; or, without indices of its own, an address that
  /// comes from memref.extract_aligned_pointer_as_index.
  mlir::Value memory;
  mlir::ValueRange indices;
  bool writes = false;
  Count rows = {1, {}}, stride = {};
  /// Elements of `elementBytes` in a row.
  Count elements = {1, {}};
  int64_t elementBytes = 1;
  /// A mask that takes elements away at the end of the row, if there is one.
  mlir::Value mask = {};

  bool isAddress() const;
};

/// The accesses of a load, a store or a call of a tile kernel
/// (codegen/loops/kernels/TileKernel.h); empty for every other op.
llvm::SmallVector<StageAccess, 2> accessesOf(mlir::Operation *op);

} // namespace dlc::memory

#endif
