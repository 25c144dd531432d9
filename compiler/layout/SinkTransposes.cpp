//===- SinkTransposes.cpp - Moving transposes toward the results ----------===//

#include "compiler/layout/Passes.h"
#include "compiler/layout/Transpose.h"
#include "dialects/interfaces/LayoutInterface.h"
#include "dialects/nn/Constants.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace mlir;

namespace dlc::layout {
#define GEN_PASS_DEF_SINKTRANSPOSES
#include "compiler/layout/Passes.h.inc"

static nn::TransposeOp transposeOf(Value value) {
  return value.getDefiningOp<nn::TransposeOp>();
}

namespace {
class SinkTransposes : public impl::SinkTransposesBase<SinkTransposes> {
public:
  void runOnOperation() override {
    SmallVector<Operation *> ops;
    getOperation().walk([&](Operation *op) {
      if (isa<nn::NnDialect>(op->getDialect()))
        ops.push_back(op);
    });
    for (Operation *op : ops)
      if (llvm::any_of(op->getOperands(),
                       [](Value v) { return bool(transposeOf(v)); }))
        sink(op);
    for (Block &block : getOperation())
      for (Operation &op :
           llvm::make_early_inc_range(llvm::reverse(block.getOperations())))
        if (isa<nn::TransposeOp>(op) && op.use_empty())
          op.erase();
  }

private:
  void sink(Operation *op) {
    if (auto transposed = dyn_cast<nn::TransposeOp>(op))
      return join(transposed);
    auto layout = dyn_cast<LayoutOpInterface>(op);
    if (!layout)
      return;
    if (layout.hasJointOrder())
      sinkJoint(layout);
    else
      sinkFirst(layout);
  }

  /// Replaces the op's results by transposes of it.
  static void transposeResults(Operation *op, ArrayRef<int64_t> perm) {
    OpBuilder builder(op);
    builder.setInsertionPointAfter(op);
    for (Value result : op->getResults()) {
      RankedTensorType type = tensorType(result);
      result.setType(type.clone(unpermute(type.getShape(), perm)));
      if (isIdentity(perm))
        continue;
      Value back = transpose(builder, op->getLoc(), result, perm);
      result.replaceAllUsesExcept(back, back.getDefiningOp());
    }
  }

  static void join(nn::TransposeOp op) {
    nn::TransposeOp inner = transposeOf(op.getInput());
    OpBuilder builder(op);
    op.getOutput().replaceAllUsesWith(
        transpose(builder, op.getLoc(), inner.getInput(),
                  compose(inner.getPerm(), op.getPerm())));
    op.erase();
  }

  /// The first operand is transposed; the others (a pad's value) stay.
  static void sinkFirst(LayoutOpInterface op) {
    nn::TransposeOp inner = transposeOf(op->getOperand(0));
    if (!inner)
      return;
    Permutation perm(inner.getPerm());
    std::optional<Reordering> order = op.reorder(perm);
    // Nothing is gained if the whole transpose must come before.
    if (!order || (!isIdentity(order->before) && isIdentity(order->after)))
      return;
    OpBuilder builder(op);
    op.renumber(perm);
    op->setOperand(
        0, transpose(builder, op.getLoc(), inner.getInput(), order->before));
    transposeResults(op, order->after);
  }

  /// All operands are brought into one order.
  static void sinkJoint(LayoutOpInterface op) {
    int64_t rank = tensorType(op->getResult(0)).getRank();
    std::optional<Permutation> perm = commonOrder(op, rank);
    if (!perm)
      return;
    std::optional<Reordering> order = op.reorder(*perm);
    if (!order)
      return;
    op.renumber(*perm);
    OpBuilder builder(op);
    for (OpOperand &operand : op->getOpOperands())
      operand.set(reordered(builder, op->getLoc(), operand.get(), *perm, rank));
    transposeResults(op, order->after);
  }

  /// The order most operands are transposed by, unless bringing the others
  /// into it takes more transposes than it saves.
  static std::optional<Permutation> commonOrder(Operation *op, int64_t rank) {
    std::optional<Permutation> perm;
    for (Value operand : op->getOperands())
      if (auto inner = transposeOf(operand);
          inner && int64_t(inner.getPerm().size()) == rank && !perm)
        perm = Permutation(inner.getPerm());
    if (!perm)
      return std::nullopt;
    int64_t saved = 0, added = 0;
    for (Value operand : op->getOperands()) {
      auto inner = transposeOf(operand);
      if (inner && inner.getPerm() == ArrayRef<int64_t>(*perm))
        ++saved;
      else if (!movesForFree(operand, *perm, rank))
        ++added;
    }
    return saved >= added ? perm : std::nullopt;
  }

  /// Whether the inverse transpose of an operand costs nothing when it runs.
  static bool movesForFree(Value operand, ArrayRef<int64_t> perm,
                           int64_t rank) {
    if (nn::constantOf(operand))
      return true;
    ArrayRef<int64_t> shape = tensorType(operand).getShape();
    SmallVector<int64_t> extended(rank - shape.size(), 1);
    llvm::append_range(extended, shape);
    int64_t last = -1;
    for (int64_t dim : inverse(perm)) {
      if (extended[dim] == 1)
        continue;
      if (dim < last)
        return false;
      last = dim;
    }
    return true;
  }

  /// The operand as the op on untransposed operands reads it.
  static Value reordered(OpBuilder &builder, Location loc, Value operand,
                         ArrayRef<int64_t> perm, int64_t rank) {
    if (auto inner = transposeOf(operand); inner && inner.getPerm() == perm)
      return inner.getInput();
    RankedTensorType type = tensorType(operand);
    if (type.getRank() < rank) {
      // One element is broadcast whatever its rank.
      if (type.getNumElements() == 1)
        return operand;
      SmallVector<int64_t> shape(rank - type.getRank(), 1);
      llvm::append_range(shape, type.getShape());
      operand = nn::ReshapeOp::create(builder, loc, type.clone(shape), operand);
    }
    return transpose(builder, loc, operand, inverse(perm));
  }
};
} // namespace
} // namespace dlc::layout
