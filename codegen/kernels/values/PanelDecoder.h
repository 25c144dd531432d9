//===- PanelDecoder.h - Prefix codes become bytes ---------------*- C++ -*-===//
//
// kernel.spread_codes, kernel.decode, kernel.decode_nonzeros and
// kernel.sum_gaps as LLVM IR, for any machine: on an Arm core a byte takes 8
// instructions and a refill of the bits every few bytes, and a gap 6.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_KERNELS_PANELDECODER_H
#define DLC_CODEGEN_KERNELS_PANELDECODER_H

#include "dialects/kernel/KernelOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

namespace dlc::kernels {

/// Gives the function of such a kernel its body; false for other kernels.
bool writePanelDecoder(kernel::KernelOpInterface kernel,
                       mlir::LLVM::LLVMFuncOp function);

} // namespace dlc::kernels

#endif
