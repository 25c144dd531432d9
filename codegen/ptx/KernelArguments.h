//===- KernelArguments.h - What LLVM may assume of arguments ----*- C++ -*-===//

#ifndef DLC_CODEGEN_PTX_KERNELARGUMENTS_H
#define DLC_CODEGEN_PTX_KERNELARGUMENTS_H

#include "codegen/ptx/Places.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "llvm/ADT/DenseSet.h"

namespace dlc::ptx {

/// The argument, or whatever else, that memory is a view of.
mlir::Value rootOf(mlir::Value memory);

/// Adds the memory that ops within `op` may write to.
void collectWritten(mlir::Operation *op, llvm::DenseSet<mlir::Value> &written);

/// Marks those arguments of a kernel that it does not write to, and those that
/// no other lies over at any call of the stage, which launches it with
/// `operands`.
void describeArguments(const Places &places, mlir::func::FuncOp stage,
                       mlir::gpu::GPUFuncOp kernel,
                       llvm::ArrayRef<mlir::Value> operands);

} // namespace dlc::ptx

#endif // DLC_CODEGEN_PTX_KERNELARGUMENTS_H
