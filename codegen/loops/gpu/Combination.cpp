//===- Combination.cpp - What joins the steps of a reduction --------------===//

#include "codegen/loops/gpu/Combination.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/APFloat.h"

using namespace mlir;

namespace dlc::loops {

Operation *combinationOf(linalg::GenericOp root) {
  if (root.getNumResults() != 1)
    return nullptr;
  BlockArgument sum = root.getRegionOutputArgs().front();
  Operation *op =
      root.getBody()->getTerminator()->getOperand(0).getDefiningOp();
  if (!sum.hasOneUse() || *sum.user_begin() != op)
    return nullptr;
  return isa<arith::AddFOp, arith::MulFOp, arith::AddIOp, arith::MulIOp,
             arith::MaximumFOp, arith::MinimumFOp, arith::MaxNumFOp,
             arith::MinNumFOp>(op)
             ? op
             : nullptr;
}

TypedAttr neutralOf(Operation *combination) {
  Builder b(combination->getContext());
  Type type = combination->getResult(0).getType();
  if (isa<arith::AddFOp, arith::AddIOp>(combination))
    return b.getZeroAttr(type);
  if (isa<arith::MulFOp, arith::MulIOp>(combination))
    return b.getOneAttr(type);
  bool largest = isa<arith::MaximumFOp, arith::MaxNumFOp>(combination);
  auto floating = cast<FloatType>(type);
  return b.getFloatAttr(
      floating, llvm::APFloat::getInf(floating.getFloatSemantics(), largest));
}

} // namespace dlc::loops
