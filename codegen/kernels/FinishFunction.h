//===- FinishFunction.h - Epilogues of tiles as functions -------*- C++ -*-===//
//
// What is done to each of a tile's results takes more code than the products:
// four instructions for a ReLU, a hundred for a sigmoid, times sixteen. A
// function does it for all tiles of that shape.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_KERNELS_FINISHFUNCTION_H
#define DLC_CODEGEN_KERNELS_FINISHFUNCTION_H

#include "dialects/kernel/KernelOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

namespace dlc::kernels {

/// Gives the function of a kernel.finish, which takes its operands, a body: the
/// region for each value, then the kernel that stores the tile. Accumulators
/// travel in registers whatever the ABI of other functions.
kernel::StoreOp writeFinish(kernel::FinishOp finish,
                            mlir::LLVM::LLVMFuncOp function);

} // namespace dlc::kernels

#endif // DLC_CODEGEN_KERNELS_FINISHFUNCTION_H
