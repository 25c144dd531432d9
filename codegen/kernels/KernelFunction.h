//===- KernelFunction.h - The function of a kernel --------------*- C++ -*-===//

#ifndef DLC_CODEGEN_KERNELS_KERNELFUNCTION_H
#define DLC_CODEGEN_KERNELS_KERNELFUNCTION_H

#include "dialects/kernel/KernelOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/BuiltinOps.h"

namespace dlc::kernels {

/// An internal function at the end of the module that takes the kernel's
/// operands in their order and returns its results, as dlc-convert-to-llvm
/// would have made it: without a body.
mlir::LLVM::LLVMFuncOp makeFunction(mlir::ModuleOp module, llvm::StringRef name,
                                    kernel::KernelOpInterface kernel);

/// Puts the call of a kernel's function in the kernel's place.
void replaceByCall(mlir::Operation *kernel, mlir::LLVM::LLVMFuncOp function);

/// Gives the function of a kernel its instructions; fails with a diagnostic at
/// the kernel where none are written for it. `sharesLoops`: products of tiles
/// are not inlined.
llvm::LogicalResult writeBody(kernel::KernelOpInterface kernel,
                              mlir::LLVM::LLVMFuncOp function,
                              bool sharesLoops);

} // namespace dlc::kernels

#endif // DLC_CODEGEN_KERNELS_KERNELFUNCTION_H
