//===- ImageBuilder.h - Steps on an image as nn ops -------------*- C++ -*-===//

#ifndef DLC_COMPILER_PREPARE_IMAGEBUILDER_H
#define DLC_COMPILER_PREPARE_IMAGEBUILDER_H

#include "compiler/prepare/Description.h"
#include "compiler/prepare/ResizeTables.h"
#include "dialects/nn/pixels/Pixels.h"
#include "mlir/IR/Builders.h"

namespace dlc::prepare {

/// Where a place of the image is in the frame, both in pixels from the left (or
/// upper) edge: `scale * x + offset`.
struct Placement {
  double scale = 1, offset = 0;
};

/// An op's place in the model's terms: the step of a file, or the node that a
/// place is of.
mlir::Location stepLocation(mlir::Location place, llvm::StringRef step);

/// Builds the ops from a frame to an image, step by step. A step that cannot
/// follow those before it is an error at its place.
class ImageBuilder {
public:
  ImageBuilder(mlir::OpBuilder &builder, const Frame &frame, mlir::Value bytes,
               mlir::Location loc);

  /// Any step but mean, scale and convert_layout.
  mlir::LogicalResult add(const Step &step);
  /// A resize of that size by tables.
  mlir::LogicalResult resample(const Step &step, const ResizeTables &tables);
  /// The image so far, [height, width, channels] of bytes.
  mlir::FailureOr<mlir::Value> finish(mlir::Location loc);

  /// Known once something has read the frame.
  int64_t channels() const { return nn::channelsOf(color); }
  /// The colours that the image has, or that are read where no step says which.
  std::optional<nn::PixelColor> currentColor() const;
  Size currentSize() const { return size; }
  Placement rows() const { return rowPlacement; }
  Placement columns() const { return columnPlacement; }

private:
  mlir::LogicalResult convertColor(const Step &step);
  mlir::LogicalResult crop(const Step &step);
  mlir::LogicalResult resize(const Step &step, Size to);
  mlir::LogicalResult resample(const Step &step, const ResizeTables &tables,
                               Size to);
  mlir::LogicalResult letterbox(const Step &step);
  mlir::LogicalResult pad(const Step &step);
  mlir::LogicalResult reverseChannels(const Step &step);
  /// Reads the frame in the order of channels that it has.
  mlir::LogicalResult needColors(mlir::Location loc, llvm::StringRef step);
  llvm::SmallVector<int32_t> weightsTo(nn::PixelColor to, Grey grey,
                                       bool yuv) const;
  void setImage(mlir::Operation *op) { image = op->getResult(0); }

  mlir::OpBuilder &b;
  const Frame &frame;
  mlir::Value bytes;
  Placement rowPlacement, columnPlacement;
  Size size;                 // of the image
  int64_t top = 0, left = 0; // of the window of the frame, until it is read
  mlir::Value image;         // null: the frame has not been read
  nn::PixelColor color = nn::PixelColor::RGB;
};

} // namespace dlc::prepare

#endif
