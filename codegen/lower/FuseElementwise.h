//===- FuseElementwise.h - Chains of generics become one --------*- C++ -*-===//

#ifndef DLC_CODEGEN_LOWER_FUSEELEMENTWISE_H
#define DLC_CODEGEN_LOWER_FUSEELEMENTWISE_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace dlc::lower {

/// Fuses a parallel generic into its only user where no element is computed
/// twice for it: a chain becomes one generic, a reduction reads through a cheap
/// producer. Reductions stay apart from what follows them.
llvm::LogicalResult fuseElementwise(mlir::func::FuncOp function);

} // namespace dlc::lower

#endif
