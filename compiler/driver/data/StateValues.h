//===- StateValues.h - What state is before the first call ------*- C++ -*-===//

#ifndef DLC_COMPILER_DRIVER_DATA_STATEVALUES_H
#define DLC_COMPILER_DRIVER_DATA_STATEVALUES_H

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Value.h"
#include "mlir/Support/LLVM.h"

namespace dlc::driver {

/// The elements of the state that `input` of @main is, as its type stores them:
/// `given` is a number that all are, as many as there are, separated by commas
/// and row-major, or a file with an ONNX tensor of its type and shape; empty
/// for real zeros. A diagnostic and failure for anything else.
mlir::FailureOr<mlir::ElementsAttr> initialState(mlir::BlockArgument input,
                                                 llvm::StringRef given);

} // namespace dlc::driver

#endif // DLC_COMPILER_DRIVER_DATA_STATEVALUES_H
