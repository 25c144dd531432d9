//===- Reduce.h - A smaller network that shows the same fault -------------===//

#ifndef DLC_COMPILER_REDUCE_REDUCE_H
#define DLC_COMPILER_REDUCE_REDUCE_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

namespace dlc::reduce {

/// What is to be kept of a network: a crash, a message, a wrong result.
using IsInteresting = llvm::function_ref<bool(mlir::ModuleOp)>;

/// Makes a network of nn ops (one function `main`, no stages yet) smaller as
/// long as it stays interesting: it ends earlier, values become arguments,
/// zeros or the operand that they were made of, constants become one number.
/// `network` itself must be interesting. Delta debugging (Zeller and
/// Hildebrandt 2002) for each kind of change: halves of the ops first, then
/// smaller parts.
mlir::OwningOpRef<mlir::ModuleOp> reduce(mlir::ModuleOp network,
                                         IsInteresting isInteresting);

} // namespace dlc::reduce

#endif // DLC_COMPILER_REDUCE_REDUCE_H
