//===- Budget.h - Who is to blame for a budget exceeded -------------------===//

#ifndef DLC_COMPILER_DRIVER_BUDGET_H
#define DLC_COMPILER_DRIVER_BUDGET_H

#include "codegen/llvm/ObjectFile.h"
#include "compiler/driver/Diagnostics.h"
#include "compiler/driver/FitRam.h"

#include "mlir/IR/BuiltinOps.h"

namespace dlc::driver {

/// Says what was done for a RAM budget; an error if it is exceeded all the
/// same: the stage with the most bytes alive, the tensors that are, and what
/// would help.
mlir::LogicalResult reportRam(const RamFit &fit, uint64_t budget,
                              const DiagnosticPrinter &printer);

/// An error that names the largest functions and constants if the object takes
/// more flash than the budget; 0 is no budget.
mlir::LogicalResult checkFlash(mlir::ModuleOp module,
                               const llvmgen::FlashUse &use, uint64_t budget);

} // namespace dlc::driver

#endif // DLC_COMPILER_DRIVER_BUDGET_H
