//===- RowKernel.h - A row times a matrix in vectors ----------------------===//
//
// In the product of one row and a constant matrix each weight is used once:
// what counts is how few instructions load it. Its steps are a call of a
// private function without a body; codegen/llvm gives it one with fixed
// registers, whose loads take what follows in memory to consecutive registers.
// A function's name is its specification.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_LOOPS_ROWKERNEL_H
#define DLC_CODEGEN_LOOPS_ROWKERNEL_H

#include "codegen/loops/blocks/Schedule.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace dlc::loops {

/// (address of the row, address of the weights, accumulators) -> accumulators:
/// each of `steps` steps multiplies one element of the row by `vectors` vectors
/// of `lanes` weights. Row and weights are float32 and lie contiguously.
struct RowKernel {
  int64_t vectors, lanes, steps;

  std::string name() const;
};

/// The function that stands for the kernel; declared when it is not there.
mlir::func::FuncOp declareRowKernel(ModuleIndex &module,
                                    const RowKernel &kernel);

} // namespace dlc::loops

#endif
