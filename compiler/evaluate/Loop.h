//===- Loop.h - Evaluation of loops, step by step ---------------*- C++ -*-===//

#ifndef DLC_COMPILER_EVALUATE_LOOP_H
#define DLC_COMPILER_EVALUATE_LOOP_H

#include "compiler/evaluate/Families.h"
#include "dialects/nn/loops/NnLoopOps.h"

namespace dlc::evaluate {

mlir::LogicalResult compute(nn::LoopOp op, Operands, Results &);
mlir::LogicalResult compute(nn::IfOp op, Operands, Results &);

} // namespace dlc::evaluate

#endif
