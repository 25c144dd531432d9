//===- RemoveChannels.cpp - Leaves out channels that are constant ---------===//

#include "compiler/evaluate/Evaluate.h"
#include "compiler/prune/AbsorbConstants.h"
#include "compiler/prune/KeptChannels.h"
#include "compiler/prune/Passes.h"
#include "compiler/prune/Work.h"
#include "dialects/nn/Constants.h"
#include "dialects/nn/Notes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

namespace dlc::prune {
#define GEN_PASS_DEF_REMOVECHANNELS
#include "compiler/prune/Passes.h.inc"
} // namespace dlc::prune

using namespace mlir;

namespace dlc::prune {
namespace {

/// 1234567 as "1,234,567".
std::string grouped(int64_t number) {
  std::string text = std::to_string(number);
  for (int64_t at = int64_t(text.size()) - 3; at > 0; at -= 3)
    text.insert(at, ",");
  return text;
}

/// Puts narrower ops beside those of a function, then takes its place.
class Narrowing {
public:
  Narrowing(const ChannelAnalysis &analysis, const KeptChannels &kept)
      : analysis(analysis), kept(kept) {}

  LogicalResult run() {
    Block &block = analysis.getFunction().getBody().front();
    SmallVector<Operation *> ops;
    for (Operation &op : block)
      if (!isa<arith::ConstantOp>(op))
        ops.push_back(&op);
    for (Operation *op : ops)
      if (touches(op) && failed(narrow(op)))
        return failure();
    for (Operation *op : ops)
      if (!replaced.contains(op))
        for (OpOperand &operand : op->getOpOperands())
          if (Value value = narrowed.lookup(operand.get()))
            operand.set(value);
    for (Operation *op : llvm::reverse(ops))
      if (replaced.contains(op))
        op->erase();
    for (nn::AddOp sum : sums)
      joinWithNext(sum);
    for (Operation &op : llvm::make_early_inc_range(block))
      if (isa<arith::ConstantOp>(op) && op.use_empty())
        op.erase();
    return success();
  }

private:
  bool touches(Operation *op) const {
    auto isNarrowed = [&](Value value) { return kept.isNarrowed(value); };
    return llvm::any_of(op->getOperands(), isNarrowed) ||
           llvm::any_of(op->getResults(), isNarrowed);
  }

  Channels channelsOf(Value value, int64_t dim) const {
    if (kept.isNarrowed(value))
      return kept.keptOf(value);
    return llvm::to_vector(llvm::seq(tensorType(value).getDimSize(dim)));
  }

  LogicalResult narrow(Operation *op) {
    const ChannelFlow &flow = analysis.flowOf(op);
    SmallVector<Value> operands;
    SmallVector<Channels> channels(op->getNumOperands());
    for (Value operand : op->getOperands()) {
      Value value = narrowed.lookup(operand);
      operands.push_back(value ? value : operand);
    }
    for (const ChannelLink &link : flow.links)
      channels[link.operand] =
          channelsOf(op->getOperand(link.operand), link.dim);
    bool isSum = flow.kind == FlowKind::Linear && flow.summedDim >= 0;
    if (isSum)
      channels[0] = channelsOf(op->getOperand(0), flow.summedDim);
    Channels results = channelsOf(op->getResult(0), flow.dim);
    OpBuilder builder(op);
    AbsorbedConstants constants;
    if (isSum) {
      FailureOr<AbsorbedConstants> absorbed =
          absorbConstants(op, flow, analysis, channels[0], results);
      if (failed(absorbed))
        return op->emitError("constant channels cannot be evaluated");
      constants = *absorbed;
    }
    Operation *copy = narrowOp(builder, op, flow, operands, channels, results);
    narrowed[op->getResult(0)] = withConstants(builder, copy, constants);
    replaced.insert(op);
    return success();
  }

  /// The op's result with what the channels left out would have added.
  Value withConstants(OpBuilder &builder, Operation *op,
                      const AbsorbedConstants &constants) {
    Value result = op->getResult(0);
    ElementsAttr added = constants.bias ? constants.bias : constants.map;
    if (!added)
      return result;
    auto setBias = [&](auto conv) {
      conv.getBiasMutable().clear();
      if (!constants.bias)
        return false;
      builder.setInsertionPoint(op);
      conv.getBiasMutable().assign(
          arith::ConstantOp::create(builder, op->getLoc(), added));
      return true;
    };
    if (auto conv = dyn_cast<nn::ConvOp>(op); conv && setBias(conv))
      return result;
    if (auto conv = dyn_cast<nn::ConvTransposeOp>(op); conv && setBias(conv))
      return result;
    builder.setInsertionPointAfter(op);
    Value constant = arith::ConstantOp::create(builder, op->getLoc(), added);
    sums.push_back(nn::AddOp::create(builder, op->getLoc(), result, constant));
    return sums.back();
  }

  /// (x + a) + b with constants a and b as x + (a + b).
  void joinWithNext(nn::AddOp sum) {
    if (!sum->hasOneUse())
      return;
    auto next = dyn_cast<nn::AddOp>(*sum->user_begin());
    if (!next || next.getType() != sum.getType())
      return;
    Value other =
        next.getLhs() == sum.getResult() ? next.getRhs() : next.getLhs();
    if (!nn::constantOf(other))
      return;
    OpBuilder builder(sum);
    auto joined = nn::AddOp::create(builder, sum.getLoc(), sum.getRhs(), other);
    SmallVector<ElementsAttr> folded;
    if (succeeded(evaluate::evaluateOp(
            joined, {nn::constantOf(sum.getRhs()), nn::constantOf(other)},
            folded))) {
      next->setOperands({sum.getLhs(), arith::ConstantOp::create(
                                           builder, next.getLoc(), folded[0])});
      sum.erase();
    }
    joined.erase();
  }

  const ChannelAnalysis &analysis;
  const KeptChannels &kept;
  llvm::DenseMap<Value, Value> narrowed;
  llvm::DenseSet<Operation *> replaced;
  SmallVector<nn::AddOp> sums;
};

struct RemoveChannels : impl::RemoveChannelsBase<RemoveChannels> {
  void runOnOperation() override {
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (function.getBody().hasOneBlock() && failed(remove(function)))
        return signalPassFailure();
  }

  LogicalResult remove(func::FuncOp function) {
    ChannelAnalysis analysis(function);
    KeptChannels kept(analysis);
    if (!kept.isAnyNarrowed())
      return success();
    Work before = workOf(analysis), after = workOf(analysis, kept);
    if (failed(Narrowing(analysis, kept).run()))
      return failure();
    nn::addNote(getOperation(),
                "channels that are constant or that nothing reads are left "
                "out: " +
                    share(before.channels, after.channels) + " channels, " +
                    share(before.weights, after.weights) + " weights, " +
                    share(before.macs, after.macs) + " multiply-accumulates");
    return success();
  }

  static std::string share(int64_t before, int64_t after) {
    return grouped(before - after) + " of " + grouped(before);
  }
};

} // namespace
} // namespace dlc::prune
