//===- Outputs.h - What a network answers becomes something else *- C++ -*-===//

#ifndef DLC_COMPILER_PREPARE_ANSWERS_OUTPUTS_H
#define DLC_COMPILER_PREPARE_ANSWERS_OUTPUTS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include <string>
#include <vector>

namespace dlc::prepare {

/// The output of @main with this name, or its only one if the name is empty; an
/// error at `loc` when there is none. It has `what` ("the boxes").
mlir::FailureOr<unsigned> findOutput(mlir::func::FuncOp main,
                                     llvm::StringRef name, llvm::StringRef what,
                                     mlir::Location loc);

/// Whether a value is from 0 to 1 for all that the network can be given.
bool isShare(mlir::Value value);

struct NewOutput {
  mlir::Value value;
  std::string name;
  std::vector<std::string> labels; ///< empty: values mean themselves
};

/// These stand in place of some outputs, where the first of them was; the
/// place.
unsigned replaceOutputs(mlir::func::FuncOp main,
                        llvm::ArrayRef<unsigned> outputs,
                        llvm::ArrayRef<NewOutput> replacements);

} // namespace dlc::prepare

#endif
