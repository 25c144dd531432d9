//===- Prepare.h - What surrounds a network becomes part of it --*- C++ -*-===//

#ifndef DLC_COMPILER_PREPARE_PREPARE_H
#define DLC_COMPILER_PREPARE_PREPARE_H

#include "compiler/prepare/WriteDescription.h"
#include "mlir/IR/BuiltinOps.h"

namespace dlc::prepare {

/// What stored integers of an input mean.
struct InputScale {
  float scale;
  int32_t zeroPoint;
};

/// The argument of @main that a description is of; an error at its place when
/// there is none.
mlir::FailureOr<unsigned> findInput(mlir::ModuleOp module,
                                    const Description &description);

/// Makes argument `input` of @main the frame, and what was read of it the
/// result of the steps. `scale` is set where the input holds stored integers.
/// Returns the steps that were taken.
mlir::FailureOr<Chain> prepareInput(mlir::ModuleOp module,
                                    const Description &description,
                                    unsigned input,
                                    std::optional<InputScale> scale);

} // namespace dlc::prepare

#endif
