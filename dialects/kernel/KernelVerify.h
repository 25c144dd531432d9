//===- KernelVerify.h - Rules that verifiers of kernels share ---*- C++ -*-===//

#ifndef DLC_DIALECTS_KERNEL_KERNELVERIFY_H
#define DLC_DIALECTS_KERNEL_KERNELVERIFY_H

#include "mlir/IR/Operation.h"

namespace dlc::kernel::detail {

/// Rule 1 of all kernels: addresses and numbers, null ones aside, are of one
/// type.
llvm::LogicalResult verifyOneType(mlir::Operation *op,
                                  llvm::ArrayRef<mlir::Value> numbers);

/// Rule 2 of what is widened: one integer type holds the other.
llvm::LogicalResult verifyWidening(mlir::Operation *op, mlir::Type from,
                                   mlir::Type to);

} // namespace dlc::kernel::detail

#endif // DLC_DIALECTS_KERNEL_KERNELVERIFY_H
