//===- SinkReshape.cpp - Reshapes below elementwise ops -------------------===//

#include "compiler/fuse/Passes.h"
#include "compiler/fuse/StageGroups.h"
#include "dialects/interfaces/StageInterface.h"
#include "dialects/nn/Constants.h"
#include "dialects/nn/NnOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/STLExtras.h"

namespace dlc::fuse {
#define GEN_PASS_DEF_SINKRESHAPE
#include "compiler/fuse/Passes.h.inc"
} // namespace dlc::fuse

using namespace mlir;

namespace dlc::fuse {
namespace {

RankedTensorType tensorType(Value value) {
  return cast<RankedTensorType>(value.getType());
}

/// The same elements under another shape: of a constant a constant, of a
/// reshape the reshape of its operand.
Value reshapeTo(OpBuilder &builder, Value value, ArrayRef<int64_t> shape) {
  if (auto reshape = value.getDefiningOp<nn::ReshapeOp>())
    value = reshape.getInput();
  auto type = tensorType(value).clone(shape);
  if (type == value.getType())
    return value;
  if (ElementsAttr constant = nn::constantOf(value))
    return arith::ConstantOp::create(builder, value.getLoc(), type,
                                     nn::retypeConstant(constant, type));
  return nn::ReshapeOp::create(builder, value.getLoc(), type, value);
}

/// The shape in which `other`, which broadcasts to `from`, broadcasts to `to`
/// with the same element at every position; nullopt when there is none.
std::optional<SmallVector<int64_t>> shapeAfter(ArrayRef<int64_t> other,
                                               ArrayRef<int64_t> from,
                                               ArrayRef<int64_t> to) {
  if (other == from)
    return SmallVector<int64_t>(to);
  ArrayRef<int64_t> core =
      other.drop_while([](int64_t size) { return size == 1; });
  if (core.size() > to.size() || core.size() > from.size() ||
      from.take_back(core.size()) != to.take_back(core.size()))
    return std::nullopt;
  return SmallVector<int64_t>(core);
}

/// The reshape among the operands that keeps `op` from its producer.
nn::ReshapeOp reshapeAbove(Operation *op) {
  for (Value operand : op->getOperands()) {
    auto reshape = operand.getDefiningOp<nn::ReshapeOp>();
    if (!reshape ||
        operand.getType() != tensorType(op->getResult(0))
                                 .clone(tensorType(operand).getElementType()))
      continue;
    Operation *producer = reshape.getInput().getDefiningOp();
    if (!producer || isView(producer) || isa<arith::ConstantOp>(producer))
      continue;
    // Another kind of user needs the reshaped value anyway: sinking would only
    // split the producer's users.
    bool sinks = llvm::all_of(operand.getUsers(), [&](Operation *user) {
      return isFusableElementwise(user) &&
             tensorType(user->getResult(0)).getShape() ==
                 tensorType(operand).getShape();
    });
    if (sinks && reshape.getInput().hasOneUse())
      return reshape;
  }
  return {};
}

/// Whether an operand has an element for each entry of a dimension, which a
/// reshape would move.
bool isAlongAxis(Operation *op) {
  auto stage = cast<StageOpInterface>(op);
  return llvm::any_of(op->getOpOperands(), [&](OpOperand &operand) {
    return stage.isAlongAxis(operand.getOperandNumber()) &&
           tensorType(operand.get()).getNumElements() != 1;
  });
}

void sink(Operation *op) {
  nn::ReshapeOp reshape = reshapeAbove(op);
  if (!reshape || isAlongAxis(op))
    return;
  ArrayRef<int64_t> from = tensorType(reshape.getOutput()).getShape();
  ArrayRef<int64_t> to = tensorType(reshape.getInput()).getShape();
  SmallVector<SmallVector<int64_t>> shapes;
  for (Value operand : op->getOperands()) {
    auto shape = shapeAfter(tensorType(operand).getShape(), from, to);
    if (!shape)
      return;
    shapes.push_back(std::move(*shape));
  }
  OpBuilder builder(op);
  IRMapping mapping;
  for (auto [operand, shape] : llvm::zip_equal(op->getOperands(), shapes))
    mapping.map(operand, reshapeTo(builder, operand, shape));
  Operation *sunk = builder.clone(*op, mapping);
  auto type = tensorType(op->getResult(0));
  sunk->getResult(0).setType(type.clone(to));
  auto below = nn::ReshapeOp::create(builder, reshape.getLoc(), type,
                                     sunk->getResult(0));
  op->replaceAllUsesWith(below->getResults());
  op->erase();
  if (reshape.use_empty())
    reshape.erase();
}

struct SinkReshape : impl::SinkReshapeBase<SinkReshape> {
  void runOnOperation() override {
    for (auto func : getOperation().getOps<func::FuncOp>())
      for (Block &block : func.getBody())
        for (Operation &op : llvm::make_early_inc_range(block))
          if (isFusableElementwise(&op))
            sink(&op);
  }
};

} // namespace
} // namespace dlc::fuse
