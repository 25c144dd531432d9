//===- KeptWidths.cpp - Which channels are worth leaving out --------------===//
//
// The part of KeptChannels that weighs costs: constants that differ from
// position to position, and widths that suit loops.
//
//===----------------------------------------------------------------------===//

#include "compiler/prune/KeptChannels.h"
#include "compiler/prune/Work.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace dlc::prune {

/// Weights that go with a channel: of the sums that make it and of the
/// depthwise convolutions on the way.
int64_t KeptChannels::weightsBehind(Value value) const {
  int64_t weights = 0;
  for (Operation *op = value.getDefiningOp(); op;) {
    const ChannelFlow &flow = analysis.flowOf(op);
    if (flow.kind == FlowKind::Grouped || flow.kind == FlowKind::Linear) {
      RankedTensorType type = tensorType(op->getOperand(1));
      weights += type.getNumElements() /
                     tensorType(op->getResult(0)).getDimSize(flow.dim) +
                 1;
    }
    if (flow.kind == FlowKind::Linear) {
      // Only the channels that are kept count.
      if (first.contains(op->getOperand(0)) && flow.summedDim >= 0) {
        int64_t all = tensorType(op->getOperand(0)).getDimSize(flow.summedDim);
        weights = weights * countOf(op->getOperand(0)) / all;
      }
      break;
    }
    if (flow.links.size() != 1 || flow.links[0].operand != 0 ||
        !first.contains(op->getOperand(0)))
      break;
    op = op->getOperand(0).getDefiningOp();
  }
  return weights;
}

/// A map takes a number for each position and result channel. It has to be
/// smaller than the weights that go for it.
bool KeptChannels::refuseLargeMaps() {
  bool refused = false;
  for (Value value : values) {
    Operation *op = value.getDefiningOp();
    const ChannelFlow &flow = analysis.flowOf(op);
    if (flow.kind != FlowKind::Linear || flow.summedDim < 0 ||
        withoutMap.contains(op) || !first.contains(op->getOperand(0)))
      continue;
    int64_t results = countOf(value), channels = 0;
    int64_t extent = tensorType(op->getOperand(0)).getDimSize(flow.summedDim);
    int64_t taps = tensorType(op->getOperand(1)).getNumElements() / extent /
                   tensorType(value).getDimSize(flow.dim);
    Node begin = first.find(op->getOperand(0))->second;
    for (int64_t c = 0; c < extent; ++c)
      channels += !kept[leader(begin + c)] &&
                  absorptionOf(op, flow, analysis, c) == Absorption::Map;
    if (channels == 0)
      continue;
    int64_t saved =
        channels * (results * taps + weightsBehind(op->getOperand(0)));
    if (results * positionsOf(value, flow.dim) <= saved)
      continue;
    withoutMap.insert(op);
    refused = true;
  }
  return refused;
}

/// Widths are rounded up to a multiple of the first of these that costs little:
/// of vectors and register tiles, and so that layers that were equal remain so
/// and share their code.
static constexpr int64_t multiples[] = {16, 8, 4};

/// Whether nine tenths of what the exact widths save remain.
static bool isNearlyAsGood(int64_t all, int64_t exact, int64_t rounded) {
  return 10 * (all - rounded) >= 9 * (all - exact);
}

void KeptChannels::chooseWidths() {
  Work all = workOf(analysis), exact = workOf(analysis, *this);
  std::vector<bool> exactly = kept;
  for (int64_t multiple : multiples) {
    roundUp(multiple);
    Work rounded = workOf(analysis, *this);
    if (isNearlyAsGood(all.macs, exact.macs, rounded.macs) &&
        isNearlyAsGood(all.weights, exact.weights, rounded.weights))
      return;
    kept = exactly;
    saturated.clear();
  }
}

void KeptChannels::roundUp(int64_t multiple) {
  bool changed = true;
  while (changed) {
    changed = false;
    for (Value value : values) {
      Operation *op = value.getDefiningOp();
      if (analysis.flowOf(op).kind != FlowKind::Linear)
        continue;
      int64_t width = widthOf(value), count = countOf(value);
      int64_t wanted = std::min<int64_t>(width, llvm::alignTo(count, multiple));
      Node begin = first.find(value)->second;
      for (int64_t c = 0; c < width && count < wanted; ++c) {
        if (kept[leader(begin + c)])
          continue;
        keep(begin + c);
        ++count;
        changed = true;
      }
    }
    drain();
  }
}

} // namespace dlc::prune
