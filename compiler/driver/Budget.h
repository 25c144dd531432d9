//===- Budget.h - Who is to blame for flash exceeded ----------------------===//

#ifndef DLC_COMPILER_DRIVER_BUDGET_H
#define DLC_COMPILER_DRIVER_BUDGET_H

#include "codegen/llvm/ObjectFile.h"

#include "mlir/IR/BuiltinOps.h"

namespace dlc::driver {

/// An error that names the largest functions and constants if the object takes
/// more flash than the budget; 0 is no budget.
mlir::LogicalResult checkFlash(mlir::ModuleOp module,
                               const llvmgen::FlashUse &use, uint64_t budget);

} // namespace dlc::driver

#endif // DLC_COMPILER_DRIVER_BUDGET_H
