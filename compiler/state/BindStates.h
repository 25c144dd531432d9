//===- BindStates.h - Outputs that the next call's inputs are ---*- C++ -*-===//

#ifndef DLC_COMPILER_STATE_BINDSTATES_H
#define DLC_COMPILER_STATE_BINDSTATES_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Value.h"
#include "mlir/Support/LLVM.h"

#include <string>

namespace dlc::state {

/// Makes state of pairs of an input and an output, "input=output" by their
/// names (either may have a '=' in it): they become the last arguments and the
/// last results of @main, in this order, marked `nn.state`. At first a state is
/// real zeros: of integers that stand for real numbers, `zeroPointOf(input)`.
///
/// A diagnostic and failure where a name is unknown or bound twice, types or
/// shapes differ, or the output is the input itself.
mlir::LogicalResult
bindStates(mlir::ModuleOp module, llvm::ArrayRef<std::string> bindings,
           llvm::function_ref<int64_t(mlir::BlockArgument)> zeroPointOf);

} // namespace dlc::state

#endif // DLC_COMPILER_STATE_BINDSTATES_H
