//===- FoldConstants.cpp - Computing what is constant ---------------------===//

#include "compiler/evaluate/Evaluate.h"
#include "compiler/simplify/LiveResources.h"
#include "compiler/simplify/Passes.h"
#include "dialects/nn/Constants.h"
#include "dialects/nn/NnOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace dlc::simplify {
#define GEN_PASS_DEF_FOLDCONSTANTS
#include "compiler/simplify/Passes.h.inc"

namespace {
class FoldConstants : public impl::FoldConstantsBase<FoldConstants> {
public:
  using FoldConstantsBase::FoldConstantsBase;

  void runOnOperation() override {
    LiveResources live(getOperation());
    SmallVector<Operation *> candidates;
    getOperation()->walk([&](Operation *op) {
      if (isa<nn::NnDialect>(op->getDialect()))
        candidates.push_back(op);
    });
    for (Operation *op : candidates)
      fold(op, live);
    SmallVector<arith::ConstantOp> constants;
    getOperation()->walk(
        [&](arith::ConstantOp op) { constants.push_back(op); });
    for (arith::ConstantOp constant : constants)
      eraseIfDead(constant, live);
  }

private:
  void fold(Operation *op, LiveResources &live) {
    if (keepDequantized && isa<nn::DequantizeOp>(op))
      return;
    SmallVector<ElementsAttr> operands, results;
    for (Value operand : op->getOperands()) {
      operands.push_back(nn::constantOf(operand));
      if (!operands.back())
        return;
    }
    if (growsTooMuch(op, operands) || failed(compute(op, operands, results)))
      return;
    OpBuilder builder(op);
    for (auto [result, value] : llvm::zip_equal(op->getResults(), results)) {
      live.add(value);
      result.replaceAllUsesWith(
          arith::ConstantOp::create(builder, op->getLoc(), value));
    }
    llvm::SmallSetVector<Operation *, 4> sources;
    for (Value operand : op->getOperands())
      sources.insert(operand.getDefiningOp());
    op->erase();
    for (Operation *source : sources)
      eraseIfDead(cast<arith::ConstantOp>(source), live);
  }

  /// A reshaped constant shares its bytes.
  static LogicalResult compute(Operation *op, ArrayRef<ElementsAttr> operands,
                               SmallVectorImpl<ElementsAttr> &results) {
    if (!isa<nn::ReshapeOp>(op))
      return evaluate::evaluateOp(op, operands, results);
    results.push_back(nn::retypeConstant(
        operands[0], cast<ShapedType>(op->getResult(0).getType())));
    return success(results.back() != nullptr);
  }

  bool growsTooMuch(Operation *op, ArrayRef<ElementsAttr> operands) const {
    int64_t before = 0, after = 0;
    auto isSplat = [](ElementsAttr operand) {
      auto dense = dyn_cast<DenseElementsAttr>(operand);
      return dense && dense.isSplat();
    };
    for (ElementsAttr operand : operands) {
      if (!isa<nn::ConcatOp>(op))
        before = std::max(before, operand.getNumElements());
      else // what is joined takes no more than its parts
        before += isSplat(operand) ? 1 : operand.getNumElements();
    }
    for (Type type : op->getResultTypes())
      after += cast<ShapedType>(type).getNumElements();
    if (after <= std::max<int64_t>(before, maxGrowth))
      return false;
    // What is one value everywhere stays so in these.
    bool keepsSplats = op->hasTrait<nn::ElementwiseOp>() ||
                       isa<nn::BroadcastOp, nn::ReshapeOp, nn::TileOp,
                           nn::TransposeOp, nn::SliceOp>(op);
    return !keepsSplats || !llvm::all_of(operands, isSplat);
  }

  static void eraseIfDead(arith::ConstantOp constant, LiveResources &live) {
    if (!constant->use_empty())
      return;
    live.drop(constant.getValue());
    constant->erase();
  }
};
} // namespace
} // namespace dlc::simplify
