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

struct NewOutput {
  mlir::Value value;
  std::string name;
  std::vector<std::string> labels; ///< empty: values mean themselves
};

/// These stand in place of an output.
void replaceOutput(mlir::func::FuncOp main, unsigned output,
                   llvm::ArrayRef<NewOutput> replacements);

} // namespace dlc::prepare

#endif
