//===- NonNegative.cpp - Values that are known not to be negative ---------===//

#include "compiler/simplify/NonNegative.h"
#include "dialects/nn/Constants.h"
#include "dialects/nn/NnOps.h"

using namespace mlir;

namespace dlc::simplify {

/// Chains of sums are followed so far: they may branch.
static constexpr int kDepth = 8;

static bool isNonNegativeConstant(ElementsAttr constant) {
  auto dense = dyn_cast<DenseElementsAttr>(constant);
  return dense && isa<FloatType>(dense.getElementType()) &&
         llvm::none_of(dense.getValues<APFloat>(),
                       [](const APFloat &x) { return x.isNegative(); });
}

static bool isEven(Value exponent) {
  auto dense = dyn_cast_or_null<DenseElementsAttr>(nn::constantOf(exponent));
  return dense && isa<FloatType>(dense.getElementType()) && dense.isSplat() &&
         dense.getSplatValue<APFloat>().convertToDouble() == 2;
}

static bool isNonNegative(Value value, int depth) {
  if (ElementsAttr constant = nn::constantOf(value))
    return isNonNegativeConstant(constant);
  Operation *op = value.getDefiningOp();
  if (!op || depth == 0)
    return false;
  if (isa<nn::ReluOp, nn::SigmoidOp, nn::AbsOp, nn::ExpOp, nn::SoftmaxOp,
          nn::SqrtOp>(op))
    return true;
  if (auto clip = dyn_cast<nn::ClipOp>(op))
    return clip.getMin() && clip.getMin()->convertToDouble() >= 0 &&
           (!clip.getMax() || clip.getMax()->convertToDouble() >= 0);
  if (auto pow = dyn_cast<nn::PowOp>(op); pow && isEven(pow.getRhs()))
    return true;
  if (auto mul = dyn_cast<nn::MulOp>(op); mul && mul.getLhs() == mul.getRhs())
    return true;
  if (isa<nn::MaxPoolOp, nn::AvgPoolOp, nn::ReshapeOp, nn::TransposeOp,
          nn::SliceOp, nn::ConcatOp, nn::BroadcastOp, nn::ReduceOp, nn::AddOp,
          nn::MulOp>(op))
    return llvm::all_of(op->getOperands(), [&](Value operand) {
      return isNonNegative(operand, depth - 1);
    });
  return false;
}

bool isNonNegative(Value value) { return isNonNegative(value, kDepth); }

} // namespace dlc::simplify
