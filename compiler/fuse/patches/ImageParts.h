//===- ImageParts.h - Parts of an image made of a frame ---------*- C++ -*-===//
//
// The steps from a camera's frame to an image (nn.color_convert, nn.resample,
// nn.lookup, and borders between them) are one stage. A part of the image is
// made by that stage with a slice behind it, which is no view then: nothing but
// the part is computed.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_COMPILER_FUSE_PATCHES_IMAGEPARTS_H
#define DLC_COMPILER_FUSE_PATCHES_IMAGEPARTS_H

#include "dialects/interfaces/Box.h"
#include "mlir/IR/Builders.h"

namespace dlc::fuse {

/// A border around pixels.
bool isBorder(mlir::Operation *op);

/// One of the steps from a frame to an image.
bool isImageStep(mlir::Operation *op);
/// Whether it is the last one: what it makes is the image.
bool isLastImageStep(mlir::Operation *op);

/// The slice that takes some rows and columns of the image that `last` makes,
/// and is all that reads it; null where there is none, or the frame comes in
/// lines.
mlir::Operation *partOfImage(mlir::Operation *last);

/// The part of each operand of a step that `part` of its result is made of, as
/// far as work is in proportion to it; nullopt where the step does not make
/// parts.
std::optional<llvm::SmallVector<Box>> operandBoxesOfStep(mlir::Operation *op,
                                                         const Box &part);
/// What a step does for all of its result, in multiply-accumulates.
int64_t workOfStep(mlir::Operation *op);

/// The steps up to `last` once more, for a part of its image.
mlir::Value cloneImage(mlir::OpBuilder &builder, mlir::Operation *last,
                       const Box &part);

} // namespace dlc::fuse

#endif
