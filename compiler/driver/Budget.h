//===- Budget.h - Who is to blame for a budget exceeded -------------------===//

#ifndef DLC_COMPILER_DRIVER_BUDGET_H
#define DLC_COMPILER_DRIVER_BUDGET_H

#include "codegen/llvm/ObjectFile.h"

#include "mlir/IR/BuiltinOps.h"

namespace dlc::driver {

/// Emits the error of a planned module whose arena is larger than the budget:
/// the stage with the most bytes alive, and the tensors that are.
mlir::LogicalResult reportRam(mlir::ModuleOp module, uint64_t bytes,
                              uint64_t budget);

/// An error that names the largest functions and constants if the object takes
/// more flash than the budget; 0 is no budget.
mlir::LogicalResult checkFlash(mlir::ModuleOp module,
                               const llvmgen::FlashUse &use, uint64_t budget);

} // namespace dlc::driver

#endif // DLC_COMPILER_DRIVER_BUDGET_H
