//===- Instructions.h - What kernels are written in -------------*- C++ -*-===//

#ifndef DLC_CODEGEN_LOOPS_INSTRUCTIONS_H
#define DLC_CODEGEN_LOOPS_INSTRUCTIONS_H

#include "dialects/kernel/KernelOps.h"
#include "mlir/IR/BuiltinOps.h"

namespace dlc::loops {

/// The instructions of kernels for the module's target, whose description
/// names them (`kernels`) and has `load_multiple`.
kernel::InstructionsAttr instructionsOf(mlir::ModuleOp module);

/// f32 * f32 -> f32, one product at a time.
kernel::ProductsAttr floatProducts(mlir::MLIRContext *context);

} // namespace dlc::loops

#endif
