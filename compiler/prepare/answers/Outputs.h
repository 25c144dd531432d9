//===- Outputs.h - What a network answers becomes something else *- C++ -*-===//

#ifndef DLC_COMPILER_PREPARE_ANSWERS_OUTPUTS_H
#define DLC_COMPILER_PREPARE_ANSWERS_OUTPUTS_H

#include "compiler/prepare/Prepare.h"
#include "compiler/prepare/answers/Compute.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include <string>
#include <vector>

namespace dlc::prepare {

/// The output of @main with this name, or its only one if the name is empty; an
/// error at `loc` when there is none. It has `what` ("the boxes").
mlir::FailureOr<unsigned> findOutput(mlir::func::FuncOp main,
                                     llvm::StringRef name, llvm::StringRef what,
                                     mlir::Location loc);

/// What stored integers of each output mean, in their order.
using OutputScales = llvm::ArrayRef<std::optional<InputScale>>;

/// An output of @main in real numbers: integers that have a scale are
/// dequantised.
mlir::Value realOutput(Compute c, mlir::func::FuncOp main, unsigned output,
                       OutputScales scales);

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
