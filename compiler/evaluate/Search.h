//===- Search.h - Evaluation of what has a header of its own
//-------------------*- C++ -*-===//

#ifndef DLC_COMPILER_EVALUATE_SEARCH_H
#define DLC_COMPILER_EVALUATE_SEARCH_H

#include "compiler/evaluate/Families.h"
#include "dialects/nn/search/NnSearchOps.h"

namespace dlc::evaluate {

mlir::LogicalResult compute(nn::PositionsOp op, Operands, Results &);
mlir::LogicalResult compute(nn::SuppressOp op, Operands, Results &);
mlir::LogicalResult compute(nn::BestAboveOp op, Operands, Results &);
mlir::LogicalResult compute(nn::KeepApartOp op, Operands, Results &);
mlir::LogicalResult compute(nn::RoiAlignOp op, Operands, Results &);
mlir::LogicalResult compute(nn::RoiPoolOp op, Operands, Results &);
mlir::LogicalResult compute(nn::InterpolateOp op, Operands, Results &);
mlir::LogicalResult compute(nn::PiecewiseOp op, Operands, Results &);
mlir::LogicalResult compute(nn::CumProdOp op, Operands, Results &);
mlir::LogicalResult compute(nn::BitCastOp op, Operands, Results &);

} // namespace dlc::evaluate

#endif
