//===- StageAccess.h - What an op of a stage reads or writes ----*- C++ -*-===//

#ifndef DLC_CODEGEN_MEMORY_STAGEACCESS_H
#define DLC_CODEGEN_MEMORY_STAGEACCESS_H

#include "dialects/kernel/KernelOps.h"
#include "llvm/ADT/SmallVector.h"

namespace dlc::memory {

using kernel::Count;

/// A read or a write of `rows` rows of bytes whose beginnings are `stride`
/// bytes apart.
struct StageAccess {
  /// A memref, at `indices`; or, without indices of its own, an address that
  /// comes from memref.extract_aligned_pointer_as_index.
  mlir::Value memory;
  mlir::ValueRange indices;
  bool writes = false;
  Count rows = {1, {}}, stride = {};
  /// Elements of `elementBits` in a row, which has whole bytes.
  Count elements = {1, {}};
  int64_t elementBits = 8;
  /// A mask that takes elements away at the end of the row, if there is one.
  mlir::Value mask = {};

  bool isAddress() const;
};

/// The accesses of a load, a store or a kernel, in their order
/// (KernelOpInterface); empty for every other op.
llvm::SmallVector<StageAccess, 2> accessesOf(mlir::Operation *op);

} // namespace dlc::memory

#endif
