//===- Families.h - One evaluation function for each kind of op -----------===//

#ifndef DLC_COMPILER_EVALUATE_FAMILIES_H
#define DLC_COMPILER_EVALUATE_FAMILIES_H

#include "compiler/evaluate/Tensor.h"
#include "dialects/nn/NnOps.h"

namespace dlc::evaluate {

/// A segment operand (bias, value, zero point) that is absent is not in the
/// list: operands are those of the operation, in order.
using Operands = llvm::ArrayRef<Tensor>;
using Results = llvm::SmallVectorImpl<Tensor>;

/// Type of the op's only result.
inline mlir::RankedTensorType resultType(mlir::Operation *op) {
  return mlir::cast<mlir::RankedTensorType>(op->getResult(0).getType());
}

// Each computes the results of one op; failure means that the operation is not
// defined on these values or types (an index out of range, a division by 0).

mlir::LogicalResult evaluateUnary(mlir::Operation *op, Operands, Results &);
mlir::LogicalResult evaluateBinary(mlir::Operation *op, Operands, Results &);
mlir::LogicalResult compute(nn::CompareOp op, Operands, Results &);
mlir::LogicalResult compute(nn::SelectOp op, Operands, Results &);
mlir::LogicalResult compute(nn::CastOp op, Operands, Results &);

mlir::LogicalResult compute(nn::TransposeOp op, Operands, Results &);
mlir::LogicalResult compute(nn::ReshapeOp op, Operands, Results &);
mlir::LogicalResult compute(nn::BroadcastOp op, Operands, Results &);
mlir::LogicalResult compute(nn::ConcatOp op, Operands, Results &);
mlir::LogicalResult compute(nn::SliceOp op, Operands, Results &);
mlir::LogicalResult compute(nn::PadOp op, Operands, Results &);
mlir::LogicalResult compute(nn::TileOp op, Operands, Results &);
mlir::LogicalResult compute(nn::ResizeOp op, Operands, Results &);

mlir::LogicalResult compute(nn::GatherOp op, Operands, Results &);
mlir::LogicalResult compute(nn::GatherElementsOp op, Operands, Results &);
mlir::LogicalResult compute(nn::GatherNdOp op, Operands, Results &);
mlir::LogicalResult compute(nn::ScatterElementsOp op, Operands, Results &);
mlir::LogicalResult compute(nn::ScatterNdOp op, Operands, Results &);

mlir::LogicalResult compute(nn::ReduceOp op, Operands, Results &);
mlir::LogicalResult compute(nn::ArgReduceOp op, Operands, Results &);
mlir::LogicalResult compute(nn::CumSumOp op, Operands, Results &);
mlir::LogicalResult compute(nn::TopKOp op, Operands, Results &);
mlir::LogicalResult compute(nn::SoftmaxOp op, Operands, Results &);
mlir::LogicalResult compute(nn::LrnOp op, Operands, Results &);

mlir::LogicalResult compute(nn::ConvOp op, Operands, Results &);
mlir::LogicalResult compute(nn::GridSampleOp op, Operands, Results &);
mlir::LogicalResult compute(nn::ConvTransposeOp op, Operands, Results &);
mlir::LogicalResult compute(nn::MatmulOp op, Operands, Results &);
mlir::LogicalResult compute(nn::MaxPoolOp op, Operands, Results &);
mlir::LogicalResult compute(nn::AvgPoolOp op, Operands, Results &);

mlir::LogicalResult compute(nn::TreeEnsembleOp op, Operands, Results &);

mlir::LogicalResult compute(nn::QuantizeOp op, Operands, Results &);
mlir::LogicalResult compute(nn::DequantizeOp op, Operands, Results &);
mlir::LogicalResult compute(nn::RescaleOp op, Operands, Results &);

mlir::LogicalResult compute(nn::ColorConvertOp op, Operands, Results &);
mlir::LogicalResult compute(nn::ResampleOp op, Operands, Results &);
mlir::LogicalResult compute(nn::LookupOp op, Operands, Results &);

/// The domain of an op's sums: the accumulator's, which is signed, where there
/// is one.
inline Domain sumDomain(mlir::Operation *op, const Tensor &operand) {
  return op->hasAttr("accumulator") ? Domain::Signed : operand.domain();
}

/// The elements less a zero point (null: 0) that broadcasts to them.
template <typename C>
llvm::SmallVector<C> centred(const Tensor &operand, const Tensor *zeroPoint);

/// Calls fn with a zero of the C++ type that elements are computed in.
template <typename Fn> auto visitDomain(Domain domain, Fn fn) {
  switch (domain) {
  case Domain::Float:
    return fn(double());
  case Domain::Signed:
    return fn(int64_t());
  case Domain::Unsigned:
    return fn(uint64_t());
  }
  llvm_unreachable("all domains are listed");
}

} // namespace dlc::evaluate

#endif
