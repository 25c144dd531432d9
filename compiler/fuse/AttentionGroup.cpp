//===- AttentionGroup.cpp - Which operators are an attention --------------===//

#include "compiler/fuse/AttentionGroup.h"
#include "compiler/fuse/StageGroups.h"
#include "dialects/nn/Constants.h"

using namespace mlir;

namespace dlc::fuse {

namespace {
/// Elementwise ops between the product and the softmax: a scale, masks, a bias.
constexpr unsigned kMostSteps = 12;

bool isHalfOrFloat(Value value) {
  Type element = getElementTypeOrSelf(value.getType());
  return element.isF16() || element.isF32();
}

/// The rounding or extension that a value comes from and that nobody else
/// reads; null where it comes from none.
nn::CastOp changeOfNumbers(Value value) {
  auto cast = value.getDefiningOp<nn::CastOp>();
  return cast && value.hasOneUse() && isHalfOrFloat(value) &&
                 isHalfOrFloat(cast.getInput()) &&
                 !nn::constantOf(cast.getInput())
             ? cast
             : nn::CastOp();
}

class Attention {
public:
  explicit Attention(nn::SoftmaxOp softmax) : softmax(softmax) {}

  llvm::SetVector<Operation *> run() {
    RankedTensorType type = softmax.getType();
    Value shares = softmax.getOutput();
    if (!isHalfOrFloat(shares) || type.getRank() < 2 ||
        static_cast<int64_t>(softmax.getAxis()) != type.getRank() - 1 ||
        !shares.hasOneUse())
      return {};
    // Shares of float32 are rounded for a product of halves.
    if (auto next = dyn_cast<nn::CastOp>(*shares.user_begin());
        next && changeOfNumbers(next.getOutput())) {
      ops.insert(next);
      shares = next.getOutput();
    }
    auto context = dyn_cast<nn::MatmulOp>(*shares.user_begin());
    if (!context || context.getLhs() != shares || context.getRhs() == shares ||
        nn::constantOf(context.getRhs()) ||
        !addScores(softmax.getInput(), type.getShape(), kMostSteps))
      return {};
    ops.insert(softmax);
    addTranspose(context.getRhs());
    ops.insert(context);
    if (context.getOutput().hasOneUse())
      if (auto last =
              dyn_cast<nn::TransposeOp>(*context.getOutput().user_begin()))
        ops.insert(last);
    return std::move(ops);
  }

private:
  /// The product that a value comes from by elementwise ops, and these.
  bool addScores(Value value, ArrayRef<int64_t> shape, unsigned steps) {
    Operation *op = value.getDefiningOp();
    auto type = cast<RankedTensorType>(value.getType());
    if (!op || steps == 0 || !value.hasOneUse() || type.getShape() != shape ||
        !isHalfOrFloat(value))
      return false;
    if (auto product = dyn_cast<nn::MatmulOp>(op)) {
      if (nn::constantOf(product.getLhs()) || nn::constantOf(product.getRhs()))
        return false;
      addTranspose(product.getLhs());
      addTranspose(product.getRhs());
      ops.insert(product);
      return true;
    }
    if (!isFusableElementwise(op))
      return false;
    for (Value operand : op->getOperands())
      if (addScores(operand, shape, steps - 1)) {
        ops.insert(op);
        return true;
      }
    return false;
  }

  /// The kernel brings rows of an operand, or columns, as they lie in memory,
  /// and rounds or extends them on the way.
  void addTranspose(Value operand) {
    operand = addCast(operand);
    auto transpose = operand.getDefiningOp<nn::TransposeOp>();
    if (!transpose || !operand.hasOneUse() ||
        nn::constantOf(transpose.getInput()))
      return;
    ArrayRef<int64_t> perm = transpose.getPerm();
    if (!llvm::is_contained(perm.take_back(2),
                            static_cast<int64_t>(perm.size()) - 1))
      return;
    ops.insert(transpose);
    addCast(transpose.getInput());
  }

  Value addCast(Value value) {
    nn::CastOp cast = changeOfNumbers(value);
    if (!cast)
      return value;
    ops.insert(cast);
    return cast.getInput();
  }

  nn::SoftmaxOp softmax;
  llvm::SetVector<Operation *> ops;
};
} // namespace

llvm::SetVector<Operation *> attentionAround(nn::SoftmaxOp softmax) {
  return Attention(softmax).run();
}

} // namespace dlc::fuse
