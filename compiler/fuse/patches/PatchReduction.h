//===- PatchReduction.h - Sums over a tensor, patch by patch ----*- C++ -*-===//
//
// A dense layer, or a mean over an image, reads every element of its operand
// once and for one small result. It needs no more of the operand at a time than
// a patch, if the result is summed up from patch to patch.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_COMPILER_FUSE_PATCHES_PATCHREDUCTION_H
#define DLC_COMPILER_FUSE_PATCHES_PATCHREDUCTION_H

#include "compiler/fuse/patches/PatchWindow.h"

namespace dlc::fuse {

/// The op that reduces all of `image` (channels last), if nothing else reads
/// it: a product of the flattened image with a constant matrix, or a reduction
/// over the spatial dimensions. Null if there is none, and where partial
/// results would be rounded to less than 32 bits or cut (a mean of integers).
mlir::Operation *reductionOf(mlir::Value image);

/// The result of `reduction` for `part` of its image, combined with that of the
/// parts before, `sum` (null for the first part). A stage of its own each: the
/// sum is written over the one before.
mlir::Value reducePart(mlir::OpBuilder &builder, mlir::Operation *reduction,
                       const Box &part, mlir::Value patch, mlir::Value sum);

/// What the reduction yields, from the combined results of all parts.
mlir::Value finishReduction(mlir::OpBuilder &builder,
                            mlir::Operation *reduction, mlir::Value sum);

} // namespace dlc::fuse

#endif
