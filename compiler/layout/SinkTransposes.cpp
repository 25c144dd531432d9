//===- SinkTransposes.cpp - Moving transposes toward the results ----------===//

#include "compiler/layout/Passes.h"
#include "compiler/layout/Permutation.h"
#include "dialects/nn/Constants.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace dlc::layout {
#define GEN_PASS_DEF_SINKTRANSPOSES
#include "compiler/layout/Passes.h.inc"

static nn::TransposeOp transposeOf(Value value) {
  return value.getDefiningOp<nn::TransposeOp>();
}

/// The attribute with its entries renumbered for the untransposed tensor.
static void permuteAttr(Operation *op, StringRef name, ArrayRef<int64_t> perm) {
  if (auto doubles = op->getAttrOfType<DenseF64ArrayAttr>(name)) {
    op->setAttr(name,
                DenseF64ArrayAttr::get(op->getContext(),
                                       unpermute(doubles.asArrayRef(), perm)));
    return;
  }
  auto entries = op->getAttrOfType<DenseI64ArrayAttr>(name).asArrayRef();
  SmallVector<int64_t> permuted;
  for (; !entries.empty(); entries = entries.drop_front(perm.size()))
    llvm::append_range(permuted,
                       unpermute(entries.take_front(perm.size()), perm));
  op->setAttr(name, DenseI64ArrayAttr::get(op->getContext(), permuted));
}

static void setAxis(Operation *op, ArrayRef<int64_t> perm) {
  int64_t axis = op->getAttrOfType<IntegerAttr>("axis").getInt();
  if (axis < 0)
    axis += perm.size();
  if (axis >= int64_t(perm.size()))
    return; // unused: one scale for the whole tensor
  op->setAttr("axis", Builder(op).getI64IntegerAttr(perm[axis]));
}

/// The permutation without a dimension of the result.
static Permutation dropDims(ArrayRef<int64_t> perm, ArrayRef<int64_t> dims) {
  Permutation kept;
  for (auto [i, dim] : llvm::enumerate(perm))
    if (!llvm::is_contained(dims, int64_t(i)))
      kept.push_back(dim);
  // Numbered anew, in order.
  Permutation sorted(kept), result;
  llvm::sort(sorted);
  for (int64_t dim : kept)
    result.push_back(llvm::find(sorted, dim) - sorted.begin());
  return result;
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
    llvm::TypeSwitch<Operation *>(op)
        .Case([&](nn::TransposeOp transposed) { join(transposed); })
        .Case([&](nn::ReshapeOp reshape) { sinkThrough(reshape); })
        .Case([&](nn::BroadcastOp broadcast) { sinkThrough(broadcast); })
        .Case([&](nn::ReduceOp reduce) { sinkThrough(reduce); })
        .Case([&](nn::ArgReduceOp reduce) { sinkThrough(reduce); })
        .Case<nn::SliceOp>(
            [&](auto) { sinkRenumbered(op, {"starts", "sizes", "steps"}); })
        .Case<nn::PadOp>([&](auto) { sinkRenumbered(op, {"pads"}); })
        .Case<nn::TileOp>([&](auto) { sinkRenumbered(op, {"repeats"}); })
        .Case<nn::ResizeOp>([&](auto) { sinkRenumbered(op, {"scales"}); })
        .Case<nn::SoftmaxOp, nn::LrnOp, nn::CumSumOp, nn::TopKOp,
              nn::QuantizeOp, nn::DequantizeOp>(
            [&](auto) { sinkRenumbered(op, {}, /*hasAxis=*/true); })
        .Case<nn::ConcatOp>([&](auto) { sinkJoint(op); })
        .Default([&](Operation *other) {
          if (other->hasTrait<nn::ElementwiseOp>())
            sinkJoint(other);
        });
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

  static void sinkThrough(nn::ReshapeOp op) {
    nn::TransposeOp inner = transposeOf(op.getInput());
    Value source = inner.getInput();
    auto sunk = sinkReshape(tensorType(source).getShape(), inner.getPerm(),
                            tensorType(op).getShape());
    // Nothing is gained if the whole transpose must come before.
    if (!sunk || (!isIdentity(sunk->before) && isIdentity(sunk->after)))
      return;
    OpBuilder builder(op);
    Value ordered = transpose(builder, op.getLoc(), source, sunk->before);
    Value reshaped = nn::ReshapeOp::create(
        builder, op.getLoc(), tensorType(op).clone(sunk->shape), ordered);
    op.getOutput().replaceAllUsesWith(
        transpose(builder, op.getLoc(), reshaped, sunk->after));
    op.erase();
  }

  static void sinkThrough(nn::BroadcastOp op) {
    nn::TransposeOp inner = transposeOf(op.getInput());
    // Dimensions that the broadcast adds come first, before and after.
    int64_t added = tensorType(op).getRank() - int64_t(inner.getPerm().size());
    Permutation perm = llvm::to_vector(llvm::seq<int64_t>(0, added));
    for (int64_t dim : inner.getPerm())
      perm.push_back(dim + added);
    op.getInputMutable().assign(inner.getInput());
    transposeResults(op, perm);
  }

  static void sinkThrough(nn::ReduceOp op) {
    nn::TransposeOp inner = transposeOf(op.getInput());
    Permutation perm(inner.getPerm()), after = perm;
    if (!op.getKeepdims())
      after = dropDims(perm, op.getAxes());
    SmallVector<int64_t> axes;
    for (int64_t axis : op.getAxes())
      axes.push_back(perm[axis]);
    llvm::sort(axes);
    op.setAxes(axes);
    op.getInputMutable().assign(inner.getInput());
    transposeResults(op, after);
  }

  static void sinkThrough(nn::ArgReduceOp op) {
    nn::TransposeOp inner = transposeOf(op.getInput());
    Permutation perm(inner.getPerm()), after = perm;
    int64_t axis = op.getAxis();
    if (!op.getKeepdims())
      after = dropDims(perm, {axis});
    op.setAxis(perm[axis]);
    op.getInputMutable().assign(inner.getInput());
    transposeResults(op, after);
  }

  /// The first operand is transposed, attributes with an entry for each
  /// dimension are renumbered; other operands (a pad's value) stay.
  static void sinkRenumbered(Operation *op, ArrayRef<StringRef> attributes,
                             bool hasAxis = false) {
    nn::TransposeOp inner = transposeOf(op->getOperand(0));
    if (!inner)
      return;
    Permutation perm(inner.getPerm());
    for (StringRef name : attributes)
      permuteAttr(op, name, perm);
    if (hasAxis)
      setAxis(op, perm);
    op->setOperand(0, inner.getInput());
    transposeResults(op, perm);
  }

  /// Element-wise ops and concat: all operands are brought into one order.
  static void sinkJoint(Operation *op) {
    int64_t rank = tensorType(op->getResult(0)).getRank();
    std::optional<Permutation> perm = commonOrder(op, rank);
    if (!perm)
      return;
    if (isa<nn::ConcatOp>(op))
      setAxis(op, *perm);
    OpBuilder builder(op);
    for (OpOperand &operand : op->getOpOperands())
      operand.set(reordered(builder, op->getLoc(), operand.get(), *perm, rank));
    transposeResults(op, *perm);
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
