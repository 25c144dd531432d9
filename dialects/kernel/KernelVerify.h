//===- KernelVerify.h - What verifiers of kernels share ---------*- C++ -*-===//

#ifndef DLC_DIALECTS_KERNEL_KERNELVERIFY_H
#define DLC_DIALECTS_KERNEL_KERNELVERIFY_H

#include "mlir/IR/Operation.h"

namespace dlc::kernel::detail {

/// Constraint 1: addresses and numbers, of which some may be null, are of one
/// type.
mlir::LogicalResult verifyOneType(mlir::Operation *op,
                                  llvm::ArrayRef<mlir::Value> numbers);

/// Constraint 2: elements of type `from` have a place in those of type `to`.
mlir::LogicalResult verifyWidening(mlir::Operation *op, mlir::Type from,
                                   mlir::Type to);

} // namespace dlc::kernel::detail

#endif
