//===- ReadPipeline.h - A stage's pixels as data ----------------*- C++ -*-===//

#ifndef DLC_CODEGEN_PIXELS_READPIPELINE_H
#define DLC_CODEGEN_PIXELS_READPIPELINE_H

#include "codegen/pixels/Pipeline.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "targets/description/TargetInfo.h"

namespace dlc::pixels {

/// The steps of a stage's body, as the attribute dlc.pixels; null where the
/// body is no chain of them.
mlir::ArrayAttr describeSteps(mlir::func::FuncOp stage);

/// A function without a body, (frame, image, ...) on memory, whose dlc.pixels
/// says what it does. Fails with an error where its memory is not what a
/// pipeline reads or writes.
mlir::FailureOr<Pipeline> readPipeline(mlir::func::FuncOp stage,
                                       const targets::TargetInfo &target);

} // namespace dlc::pixels

#endif
