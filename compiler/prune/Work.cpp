//===- Work.cpp - What convolutions and products take ---------------------===//

#include "compiler/prune/Work.h"
#include "dialects/interfaces/CostInterface.h"
#include "dialects/nn/Constants.h"

using namespace mlir;

namespace dlc::prune {

/// Of one op with all its channels.
static Work wholeWork(Operation *op) {
  RankedTensorType weights = tensorType(op->getOperand(1));
  Work work;
  work.weights = weights.getNumElements();
  work.macs = multiplyAccumulatesOf(op);
  if (isa<nn::ConvOp>(op))
    work.channels = weights.getDimSize(0);
  else if (isa<nn::ConvTransposeOp>(op))
    work.channels = weights.getDimSize(1);
  else
    work.channels = weights.getShape().back();
  return work;
}

/// All numbers are products of the channels of operand and result.
static void scale(Work &work, int64_t from, int64_t to) {
  work.weights = work.weights / from * to;
  work.macs = work.macs / from * to;
}

static Work workOf(const ChannelAnalysis &analysis, const KeptChannels *kept) {
  Work total;
  analysis.getFunction().walk([&](Operation *op) {
    if (!isa<nn::ConvOp, nn::ConvTransposeOp, nn::MatmulOp>(op) ||
        !nn::constantOf(op->getOperand(1)) ||
        tensorType(op->getOperand(1)).getNumElements() == 0)
      return;
    Work work = wholeWork(op);
    const ChannelFlow &flow = analysis.flowOf(op);
    Value input = op->getOperand(0), result = op->getResult(0);
    if (kept && kept->hasChannels(result)) {
      scale(work, kept->widthOf(result), kept->countOf(result));
      work.channels = kept->countOf(result);
    }
    if (kept && flow.summedDim >= 0 && kept->hasChannels(input))
      scale(work, kept->widthOf(input), kept->countOf(input));
    total.channels += work.channels;
    total.weights += work.weights;
    total.macs += work.macs;
  });
  return total;
}

Work workOf(const ChannelAnalysis &analysis) {
  return workOf(analysis, nullptr);
}

Work workOf(const ChannelAnalysis &analysis, const KeptChannels &kept) {
  return workOf(analysis, &kept);
}

} // namespace dlc::prune
