//===- KeptChannels.cpp - Which channels are still computed ---------------===//

#include "compiler/prune/KeptChannels.h"
#include "compiler/prune/Weights.h"
#include "dialects/nn/Constants.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;

namespace dlc::prune {

/// Sums of constants that differ from position to position are taken to so many
/// positions.
static constexpr int64_t mostPositions = 4096;

Absorption absorptionOf(Operation *op, const ChannelFlow &flow,
                        const ChannelAnalysis &analysis, int64_t channel) {
  const ValueFacts &facts = analysis.factsOf(op->getOperand(0));
  if (flow.summedDim < 0 || !facts.channels[channel].isConstant())
    return Absorption::None;
  const ChannelFact &fact = facts.channels[channel];
  if (fact.isUniform() && fact.sure.low == double(*inputZeroPoint(op)))
    return Absorption::Nothing;
  auto conv = dyn_cast<nn::ConvOp>(op);
  bool isPadded =
      conv && llvm::any_of(conv.getPads(), [](int64_t pad) { return pad > 0; });
  if (fact.isUniform() && !isPadded && !isa<nn::ConvTransposeOp>(op))
    return Absorption::Bias;
  bool isSmall =
      positionsOf(op->getResult(0), flow.dim) <= mostPositions &&
      positionsOf(op->getOperand(0), flow.summedDim) <= mostPositions;
  return isSmall ? Absorption::Map : Absorption::None;
}

KeptChannels::KeptChannels(const ChannelAnalysis &analysis)
    : analysis(analysis) {
  number();
  do
    propagate();
  while (refuseLargeMaps());
  if (isAnyNarrowed())
    chooseWidths();
}

/// Gives each channel a node and joins those that are kept together.
void KeptChannels::number() {
  for (Operation &op : analysis.getFunction().getBody().front()) {
    if (isa<arith::ConstantOp>(op) || op.getNumResults() != 1 ||
        analysis.dimOf(op.getResult(0)) < 0 ||
        tensorType(op.getResult(0)).getNumElements() == 0)
      continue;
    Value value = op.getResult(0);
    first[value] = parents.size();
    values.push_back(value);
    for (int64_t c = 0, e = widthOf(value); c < e; ++c)
      parents.push_back(parents.size());
  }
  for (Value value : values)
    join(value.getDefiningOp());
  readers.resize(parents.size());
  for (Value value : values) {
    Operation *op = value.getDefiningOp();
    if (analysis.flowOf(op).kind != FlowKind::Linear)
      continue;
    for (int64_t c = 0, e = widthOf(value); c < e; ++c)
      readers[leader(first[value] + c)].push_back({op, c});
  }
}

KeptChannels::Node KeptChannels::leader(Node node) const {
  while (parents[node] != node) {
    parents[node] = parents[parents[node]];
    node = parents[node];
  }
  return node;
}

void KeptChannels::join(Operation *op) {
  const ChannelFlow &flow = analysis.flowOf(op);
  if (flow.kind == FlowKind::Grouped)
    return joinGroups(op, flow);
  if (flow.kind != FlowKind::Apart)
    return;
  Node result = first[op->getResult(0)];
  for (const ChannelLink &link : flow.links) {
    auto operand = first.find(op->getOperand(link.operand));
    if (operand == first.end())
      continue;
    for (int64_t i = 0; i < link.count; ++i)
      parents[leader(result + link.resultBegin + i)] =
          leader(operand->second + link.operandChannel(i));
  }
}

/// A group stays or goes as a whole.
void KeptChannels::joinGroups(Operation *op, const ChannelFlow &flow) {
  Node result = first[op->getResult(0)];
  int64_t made = tensorType(op->getResult(0)).getDimSize(flow.dim);
  auto operand =
      flow.links.empty() ? first.end() : first.find(op->getOperand(0));
  int64_t perGroup = made / flow.groups;
  int64_t read = tensorType(op->getOperand(1)).getDimSize(1);
  for (int64_t c = 0; c < made; ++c) {
    Node group = result + c / perGroup * perGroup;
    parents[leader(result + c)] = leader(group);
    if (c % perGroup || operand == first.end())
      continue;
    for (int64_t i = 0; i < read; ++i)
      parents[leader(operand->second + c / perGroup * read + i)] =
          leader(group);
  }
}

void KeptChannels::keep(Node node) {
  Node which = leader(node);
  if (kept[which])
    return;
  kept[which] = true;
  worklist.push_back(which);
}

void KeptChannels::keepAll(Value value) {
  auto it = first.find(value);
  if (it == first.end())
    return;
  for (int64_t c = 0, e = widthOf(value); c < e; ++c)
    keep(it->second + c);
}

bool KeptChannels::isAbsorbed(Operation *op, const ChannelFlow &flow,
                              int64_t channel) const {
  Absorption how = absorptionOf(op, flow, analysis, channel);
  return how != Absorption::None &&
         (how != Absorption::Map || !withoutMap.contains(op));
}

/// Where a linear op's weights lie: [.., in, .., out, ..] with taps inside.
static bool anyWeight(const Weights &weights, RankedTensorType type,
                      const ChannelFlow &flow, int64_t in, int64_t out) {
  int64_t taps = 1;
  for (int64_t extent : type.getShape().drop_front(2))
    taps *= extent;
  int64_t row = flow.weightsIn == 0 ? in : out;
  int64_t column = flow.weightsIn == 0 ? out : in;
  int64_t begin = (row * type.getDimSize(1) + column) * taps;
  for (int64_t i = begin; i < begin + taps; ++i)
    if (weights.at(i) != 0)
      return true;
  return false;
}

/// Keeps what a kept sum needs.
void KeptChannels::read(const Reader &reader) {
  const ChannelFlow &flow = analysis.flowOf(reader.op);
  Value input = reader.op->getOperand(0);
  auto it = first.find(input);
  if (it == first.end() || flow.summedDim < 0 || saturated.contains(reader.op))
    return;
  Weights weights = Weights::of(reader.op);
  RankedTensorType type = tensorType(reader.op->getOperand(1));
  int64_t extent = tensorType(input).getDimSize(flow.summedDim);
  bool isAll = true;
  for (int64_t c = 0; c < extent; ++c) {
    if (kept[leader(it->second + c)])
      continue;
    if (!isAbsorbed(reader.op, flow, c) &&
        anyWeight(weights, type, flow, c, reader.channel))
      keep(it->second + c);
    else
      isAll = false;
  }
  if (isAll)
    saturated.insert(reader.op);
}

void KeptChannels::propagate() {
  kept.assign(parents.size(), false);
  saturated.clear();
  for (Operation &op : analysis.getFunction().getBody().front()) {
    if (isa<arith::ConstantOp>(op))
      continue;
    // Operands that the flow does not link are needed as they are.
    bool hasNodes = op.getNumResults() == 1 && first.contains(op.getResult(0));
    const ChannelFlow flow = hasNodes ? analysis.flowOf(&op) : ChannelFlow();
    for (auto [i, operand] : llvm::enumerate(op.getOperands())) {
      bool isSummed =
          flow.kind == FlowKind::Linear && i == 0 && flow.summedDim >= 0;
      if (!isSummed && (flow.dim < 0 || !flow.linkOf(i)))
        keepAll(operand);
    }
    if (flow.needsAll)
      keepAll(op.getResult(0));
  }
  drain();
}

void KeptChannels::drain() {
  do
    while (!worklist.empty()) {
      Node node = worklist.back();
      worklist.pop_back();
      for (const Reader &reader : readers[node])
        read(reader);
    }
  while (keepOneOfEach());
}

/// No tensor is left without channels.
bool KeptChannels::keepOneOfEach() {
  for (Value value : values)
    if (countOf(value) == 0)
      keep(first.find(value)->second);
  return !worklist.empty();
}

int64_t KeptChannels::widthOf(Value value) const {
  return tensorType(value).getDimSize(analysis.dimOf(value));
}

int64_t KeptChannels::countOf(Value value) const {
  Node begin = first.find(value)->second;
  int64_t count = 0;
  for (int64_t c = 0, e = widthOf(value); c < e; ++c)
    count += kept[leader(begin + c)];
  return count;
}

Channels KeptChannels::keptOf(Value value) const {
  Channels channels;
  Node begin = first.find(value)->second;
  for (int64_t c = 0, e = widthOf(value); c < e; ++c)
    if (kept[leader(begin + c)])
      channels.push_back(c);
  return channels;
}

bool KeptChannels::isNarrowed(Value value) const {
  return first.contains(value) && countOf(value) < widthOf(value);
}

bool KeptChannels::isAnyNarrowed() const {
  return llvm::any_of(values, [&](Value value) { return isNarrowed(value); });
}

void KeptChannels::print(llvm::raw_ostream &out) const {
  for (Value value : values) {
    out << value.getDefiningOp()->getName() << ": keeps ";
    llvm::interleaveComma(keptOf(value), out);
    out << " of " << widthOf(value) << "\n";
  }
}

} // namespace dlc::prune
