//===- Passes.h - Kernels of a GPU as PTX, and their launches ---*- C++ -*-===//

#ifndef DLC_CODEGEN_PTX_PASSES_H
#define DLC_CODEGEN_PTX_PASSES_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace dlc::ptx {

#define GEN_PASS_DECL
#include "codegen/ptx/Passes.h.inc"
#define GEN_PASS_REGISTRATION
#include "codegen/ptx/Passes.h.inc"

/// The module that kernels lie in.
inline constexpr llvm::StringLiteral kernelsName = "kernels";

} // namespace dlc::ptx

#endif // DLC_CODEGEN_PTX_PASSES_H
