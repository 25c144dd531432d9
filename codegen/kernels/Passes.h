//===- Passes.h - The instructions of kernels -------------------*- C++ -*-===//

#ifndef DLC_CODEGEN_KERNELS_PASSES_H
#define DLC_CODEGEN_KERNELS_PASSES_H

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace dlc::kernels {

#define GEN_PASS_DECL
#include "codegen/kernels/Passes.h.inc"
#define GEN_PASS_REGISTRATION
#include "codegen/kernels/Passes.h.inc"

} // namespace dlc::kernels

#endif // DLC_CODEGEN_KERNELS_PASSES_H
