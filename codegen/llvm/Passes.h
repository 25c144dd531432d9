//===- Passes.h - From loops on memory to the LLVM dialect ----------------===//

#ifndef DLC_CODEGEN_LLVM_PASSES_H
#define DLC_CODEGEN_LLVM_PASSES_H

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace dlc::llvmgen {

#define GEN_PASS_DECL
#include "codegen/llvm/Passes.h.inc"
#define GEN_PASS_REGISTRATION
#include "codegen/llvm/Passes.h.inc"

} // namespace dlc::llvmgen

#endif // DLC_CODEGEN_LLVM_PASSES_H
