//===- ConstantPart.cpp - An op on the channels that are constant ---------===//

#include "compiler/prune/ConstantPart.h"
#include "compiler/evaluate/Evaluate.h"
#include "compiler/evaluate/Rows.h"
#include "compiler/evaluate/Tensor.h"
#include "compiler/prune/NarrowOp.h"
#include "dialects/nn/Constants.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace dlc::prune {
namespace {

/// The operand's channels that result channel `channel` is made of.
Channels channelsRead(Operation *op, const ChannelFlow &flow,
                      const ChannelLink &link, int64_t channel) {
  int64_t i = channel - link.resultBegin;
  if (i < 0 || i >= link.count)
    return {};
  if (flow.kind != FlowKind::Grouped)
    return {link.operandChannel(i)};
  int64_t results = tensorType(op->getResult(0)).getDimSize(flow.dim);
  int64_t perGroup =
      tensorType(op->getOperand(link.operand)).getDimSize(link.dim) /
      flow.groups;
  int64_t first = channel / (results / flow.groups) * perGroup;
  return llvm::to_vector(llvm::seq(first, first + perGroup));
}

/// The result channels that are made of an operand channel in `read`.
Channels channelsMade(Operation *op, const ChannelFlow &flow,
                      ArrayRef<Channels> read) {
  Channels made;
  int64_t extent = tensorType(op->getResult(0)).getDimSize(flow.dim);
  for (int64_t channel = 0; channel < extent; ++channel)
    for (const ChannelLink &link : flow.links) {
      Channels from = channelsRead(op, flow, link, channel);
      if (from.empty() ||
          !llvm::binary_search(read[link.operand], from.front()))
        continue;
      made.push_back(channel);
      break;
    }
  return made;
}

/// A tensor of the value's shape but for the channels, with constants.
evaluate::Tensor fill(Value value, int64_t dim, ArrayRef<int64_t> channels,
                      const ChannelAnalysis &analysis) {
  RankedTensorType type = tensorType(value);
  SmallVector<int64_t> shape(type.getShape());
  shape[dim] = channels.size();
  evaluate::AxisView view(type.getShape(), dim);
  evaluate::Tensor tensor = evaluate::Tensor::zeros(type.clone(shape));
  std::vector<double> row(view.inner);
  for (auto [i, channel] : llvm::enumerate(channels)) {
    const ChannelFact &fact = analysis.factsOf(value).channels[channel];
    for (int64_t o = 0; o < view.outer; ++o) {
      if (fact.map < 0)
        std::fill(row.begin(), row.end(), fact.sure.low);
      else
        llvm::copy(analysis.mapOf(fact).slice(o * view.inner, view.inner),
                   row.begin());
      tensor.store<double>((o * channels.size() + i) * view.inner,
                           ArrayRef<double>(row));
    }
  }
  return tensor;
}

/// Runs a copy of `op` on some channels: operands that vary are filled with
/// constants.
class Scratch {
public:
  explicit Scratch(MLIRContext *context) : builder(context) {
    builder.setInsertionPointToEnd(&block);
  }

  FailureOr<evaluate::Tensor> run(Operation *op, const ChannelFlow &flow,
                                  ArrayRef<evaluate::Tensor> inputs,
                                  ArrayRef<Channels> kept,
                                  ArrayRef<int64_t> results) {
    SmallVector<Value> operands;
    llvm::DenseMap<Value, evaluate::Tensor> values;
    for (auto [i, operand] : llvm::enumerate(op->getOperands())) {
      if (nn::constantOf(operand)) {
        operands.push_back(operand);
        continue;
      }
      operands.push_back(block.addArgument(inputs[i].getType(), op->getLoc()));
      values[operands.back()] = inputs[i];
    }
    Operation *copy = narrowOp(builder, op, flow, operands, kept, results);
    SmallVector<evaluate::Tensor> tensors, computed;
    for (Value operand : copy->getOperands()) {
      auto known = values.find(operand);
      FailureOr<evaluate::Tensor> tensor =
          known != values.end()
              ? known->second
              : evaluate::Tensor::view(nn::constantOf(operand));
      if (failed(tensor))
        return failure();
      tensors.push_back(*tensor);
    }
    if (failed(evaluate::evaluateOp(copy, tensors, computed)))
      return failure();
    return computed.front();
  }

private:
  Block block;
  OpBuilder builder;
};

} // namespace

bool dependsOnConstants(Operation *op, const ChannelFlow &flow,
                        const ChannelAnalysis &analysis, int64_t channel) {
  bool readsChannel = false;
  for (auto [i, operand] : llvm::enumerate(op->getOperands())) {
    if (nn::constantOf(operand))
      continue;
    const ChannelLink *link = flow.linkOf(i);
    if (!link)
      return false;
    const ValueFacts &facts = analysis.factsOf(operand);
    for (int64_t c : channelsRead(op, flow, *link, channel)) {
      readsChannel = true;
      if (!facts.channels[c].isConstant())
        return false;
    }
  }
  return readsChannel;
}

FailureOr<std::vector<std::vector<double>>>
constantPart(Operation *op, const ChannelFlow &flow,
             const ChannelAnalysis &analysis, ArrayRef<int64_t> channels) {
  SmallVector<Channels> kept(op->getNumOperands());
  SmallVector<evaluate::Tensor> inputs(op->getNumOperands());
  for (const ChannelLink &link : flow.links) {
    llvm::SmallSetVector<int64_t, 16> read;
    for (int64_t channel : channels) {
      Channels from = channelsRead(op, flow, link, channel);
      read.insert(from.begin(), from.end());
    }
    kept[link.operand] = Channels(read.begin(), read.end());
    llvm::sort(kept[link.operand]);
    inputs[link.operand] = fill(op->getOperand(link.operand), link.dim,
                                kept[link.operand], analysis);
  }
  Channels made = channelsMade(op, flow, kept);
  FailureOr<evaluate::Tensor> result =
      Scratch(op->getContext()).run(op, flow, inputs, kept, made);
  if (failed(result))
    return failure();
  SmallVector<double> values = result->values<double>();
  evaluate::AxisView view(result->getShape(), flow.dim);
  std::vector<std::vector<double>> maps;
  for (int64_t channel : channels) {
    int64_t at = llvm::lower_bound(made, channel) - made.begin();
    std::vector<double> map;
    for (int64_t o = 0; o < view.outer; ++o)
      for (int64_t i = 0; i < view.inner; ++i)
        map.push_back(values[(o * view.size + at) * view.inner + i]);
    maps.push_back(std::move(map));
  }
  return maps;
}

FailureOr<ElementsAttr> constantSum(Operation *op, const ChannelFlow &flow,
                                    const ChannelAnalysis &analysis,
                                    ArrayRef<int64_t> summed,
                                    ArrayRef<int64_t> results) {
  SmallVector<Channels> kept(op->getNumOperands());
  kept[0] = Channels(summed);
  SmallVector<evaluate::Tensor> inputs(op->getNumOperands());
  inputs[0] = fill(op->getOperand(0), flow.summedDim, summed, analysis);
  FailureOr<evaluate::Tensor> sum =
      Scratch(op->getContext()).run(op, flow, inputs, kept, results);
  if (failed(sum))
    return failure();
  return std::move(*sum).toAttr();
}

} // namespace dlc::prune
