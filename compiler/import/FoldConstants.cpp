//===- FoldConstants.cpp - Shape arithmetic while importing ---------------===//

#include "compiler/import/FoldConstants.h"
#include "compiler/evaluate/Evaluate.h"
#include "dialects/nn/Constants.h"
#include "dialects/nn/NnOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/BuiltinTypes.h"

using namespace mlir;

namespace dlc::import {

namespace {
/// Shapes, axes, and per-channel parameters are smaller; a convolution's
/// weights are not.
constexpr int64_t kMaxResult = 4096;
constexpr int64_t kMaxOperand = int64_t(1) << 20;

bool isSmall(TypeRange types, int64_t limit) {
  for (Type type : types)
    if (auto tensor = dyn_cast<RankedTensorType>(type);
        !tensor || tensor.getNumElements() > limit)
      return false;
  return true;
}

bool isEmpty(Value value) {
  auto tensor = dyn_cast<RankedTensorType>(value.getType());
  return tensor && tensor.getNumElements() == 0;
}

/// The op's results, where they are known and small. Those of no elements are
/// whatever the operands hold.
std::optional<SmallVector<ElementsAttr>> valuesOf(Operation &op) {
  SmallVector<ElementsAttr> operands, results;
  if (op.getNumResults() > 0 && llvm::all_of(op.getResults(), isEmpty)) {
    for (Value result : op.getResults())
      results.push_back(
          nn::makeConstant(cast<RankedTensorType>(result.getType()), {}));
    return results;
  }
  // Quantised weights stay integers.
  if (isa<nn::DequantizeOp>(op) || !isSmall(op.getResultTypes(), kMaxResult) ||
      !isSmall(op.getOperandTypes(), kMaxOperand))
    return std::nullopt;
  // What becomes of nothing is defined for few.
  if (llvm::any_of(op.getOperands(), isEmpty) &&
      !isa<nn::ConcatOp, nn::PadOp, nn::ReduceOp>(op))
    return std::nullopt;
  for (Value operand : op.getOperands()) {
    operands.push_back(nn::constantOf(operand));
    if (!operands.back())
      return std::nullopt;
  }
  if (failed(evaluate::evaluateOp(&op, operands, results)))
    return std::nullopt;
  return results;
}

void foldOp(Operation &op, MutableArrayRef<Value> tracked) {
  if (isa<arith::ConstantOp>(op))
    return;
  auto results = valuesOf(op);
  if (!results)
    return;
  OpBuilder builder(&op);
  for (auto [result, value] : llvm::zip_equal(op.getResults(), *results)) {
    Value constant = arith::ConstantOp::create(builder, op.getLoc(), value);
    for (Value &one : tracked)
      if (one == result)
        one = constant;
    result.replaceAllUsesWith(constant);
  }
  op.erase();
}
} // namespace

void foldSmallConstants(Block &block, Operation *after,
                        MutableArrayRef<Value> tracked) {
  Block::iterator next =
      after ? std::next(after->getIterator()) : block.begin();
  while (next != block.end())
    foldOp(*next++, tracked);
}

} // namespace dlc::import
