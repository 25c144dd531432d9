//===- ReadPipeline.h - A stage's pixels as data ----------------*- C++ -*-===//

#ifndef DLC_CODEGEN_PIXELS_READPIPELINE_H
#define DLC_CODEGEN_PIXELS_READPIPELINE_H

#include "codegen/pixels/Pipeline.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "targets/description/TargetInfo.h"

#include <optional>

namespace dlc::pixels {

/// The steps of a stage's body, as the attribute dlc.pixels; null where the
/// body is no chain of them.
mlir::ArrayAttr describeSteps(mlir::func::FuncOp stage);

/// The part of an image that a stage makes.
struct ImagePart {
  int64_t firstRow = 0, rows = 0;
  int64_t columnPairs = 0; ///< where the pipeline is `inColumns`
};

struct StagePixels {
  Pipeline pipeline;
  /// Of the pipeline's result, if that is made in bands.
  std::optional<ImagePart> part;
};

/// A function without a body, (frame, image, ...) on memory, whose dlc.pixels
/// says what it does. Fails with an error where its memory is not what a
/// pipeline reads or writes.
mlir::FailureOr<StagePixels> readPipeline(mlir::func::FuncOp stage,
                                          const targets::TargetInfo &target);

} // namespace dlc::pixels

#endif
