//===- ImageHead.h - A model that makes its image ready itself --*- C++ -*-===//
//
// Nodes at the head of a model whose input is an image of bytes may say what
// steps of a description say. They become the same ops.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_COMPILER_PREPARE_IMAGEHEAD_H
#define DLC_COMPILER_PREPARE_IMAGEHEAD_H

#include "compiler/prepare/Description.h"
#include "compiler/prepare/ResizeTables.h"
#include "mlir/IR/BuiltinOps.h"

namespace dlc::prepare {

/// What a dimension of a value that comes from an image is here.
enum class ImageDim { One, Row, Column, Channel };

/// A step that nodes say; a resize that has no name has tables.
struct HeadStep {
  Step step;
  std::optional<ResizeTables> tables = std::nullopt;
};

/// What is the same for each pixel, or moves them, and follows the steps.
struct HeadRest {
  mlir::Operation *op;
  llvm::SmallVector<ImageDim> dims; ///< of its result
};

/// The way from an input, as far as it is an image's.
struct ImageHead {
  mlir::BlockArgument input; ///< bytes, [1, height, width, channels] or alike
  llvm::SmallVector<ImageDim> dims; ///< of the input
  Size size;
  int64_t channels = 1; ///< 1 or 3
  std::vector<HeadStep> steps;
  std::vector<HeadRest> rest;           ///< computed of what the steps make
  std::vector<mlir::Operation *> nodes; ///< all of them, in order
};

/// Inputs of @main that are images of bytes with the channels last (of one
/// channel: anywhere), that one op reads, and of which the nodes behind make
///
/// * an image of another size: by the nearest pixel, or by the linear resize of
///   half_pixel if its numbers are rounded,
/// * numbers of 8 bits,
/// * or, if `floats`, any numbers.
///
/// Channels in the other order, windows and borders are steps as well. What
/// comes of the same bytes is what the nodes are defined to make.
std::vector<ImageHead> findImageHeads(mlir::ModuleOp module, bool floats);

/// Has the image's steps in place of the nodes.
mlir::LogicalResult takeImageHead(const ImageHead &head);

} // namespace dlc::prepare

#endif
