//===- PatchWindow.h - What a part of a tensor is computed from -*- C++ -*-===//
//
// What ops answer (PartOpInterface), as far as patches can use it.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_COMPILER_FUSE_PATCHES_PATCHWINDOW_H
#define DLC_COMPILER_FUSE_PATCHES_PATCHWINDOW_H

#include "dialects/interfaces/PartInterface.h"
#include <optional>

namespace dlc::fuse {

/// The part of each operand that `op` needs for `part` of its result; nullopt
/// when the op computes a part from anything but parts, or needs only a part
/// of a constant.
std::optional<llvm::SmallVector<Box>> operandBoxes(mlir::Operation *op,
                                                   const Box &part);

/// `op` on the operands operandBoxes() asked for: `part` of its result.
mlir::Value cloneOnPart(mlir::OpBuilder &builder, mlir::Operation *op,
                        const Box &part, mlir::ValueRange operands);

/// Multiply-accumulates of `op`; of one that has none its other operations, and
/// at least one for each element that it writes.
int64_t workOf(mlir::Operation *op);

} // namespace dlc::fuse

#endif
