//===- Classification.h - A network's output as its best classes *- C++ -*-===//

#ifndef DLC_COMPILER_PREPARE_ANSWERS_CLASSIFICATION_H
#define DLC_COMPILER_PREPARE_ANSWERS_CLASSIFICATION_H

#include "compiler/prepare/Description.h"
#include "compiler/prepare/answers/Outputs.h"
#include "mlir/IR/BuiltinOps.h"

namespace dlc::prepare {

/// What stands in place of the output: [count, 2] of i16, each row a class and
/// its share (32767 is 1), the best one first; of equal ones the first.
struct Classification {
  unsigned output = 0;
  int64_t count = 0;
};

/// Makes an output of @main, floats (or integers of a scale) of one share (or,
/// for a softmax, number) for each class, the best classes.
mlir::FailureOr<Classification> addClassification(mlir::ModuleOp module,
                                                  const Classify &classify,
                                                  OutputScales scales);

} // namespace dlc::prepare

#endif
