//===- Anomaly.h - How far an answer is from its features -------*- C++ -*-===//

#ifndef DLC_COMPILER_PREPARE_ANSWERS_ANOMALY_H
#define DLC_COMPILER_PREPARE_ANSWERS_ANOMALY_H

#include "compiler/prepare/Description.h"
#include "compiler/prepare/answers/Outputs.h"

namespace dlc::prepare {

/// Makes an output of @main, an autoencoder's, [1] of f32: the mean of the
/// squares of its differences from `features`, real numbers in as many elements
/// (MLPerf Tiny's anomaly score of one window). Its place.
mlir::FailureOr<unsigned> addAnomaly(mlir::ModuleOp module,
                                     const Anomaly &anomaly,
                                     mlir::Value features, OutputScales scales);

} // namespace dlc::prepare

#endif
