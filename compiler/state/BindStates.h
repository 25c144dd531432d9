//===- BindStates.h - Outputs that the next call's inputs are ---*- C++ -*-===//

#ifndef DLC_COMPILER_STATE_BINDSTATES_H
#define DLC_COMPILER_STATE_BINDSTATES_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Value.h"
#include "mlir/Support/LLVM.h"

#include <string>

namespace dlc::state {

/// The elements of the state that `input` becomes, for what the user gives;
/// empty where that is nothing. Failure after a diagnostic.
using InitialState = llvm::function_ref<mlir::FailureOr<mlir::ElementsAttr>(
    mlir::BlockArgument input, llvm::StringRef given)>;

/// Makes state of pairs of an input and an output, "input=output" or
/// "input=output:value" by their names (which may have a '=' or ':' in them):
/// they become the last arguments and the last results of @main, in this order,
/// marked `nn.state` with what `initialOf` makes of the value.
///
/// A diagnostic and failure where a name is unknown or bound twice, types or
/// shapes differ, or the output is the input itself.
mlir::LogicalResult bindStates(mlir::ModuleOp module,
                               llvm::ArrayRef<std::string> bindings,
                               InitialState initialOf);

} // namespace dlc::state

#endif // DLC_COMPILER_STATE_BINDSTATES_H
