//===- ChannelFlow.cpp - Which channels an op's channels come from --------===//

#include "compiler/prune/ChannelFlow.h"
#include "compiler/prune/Weights.h"
#include "dialects/nn/Constants.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace dlc::prune {

const ChannelLink *ChannelFlow::linkOf(unsigned operand) const {
  const auto *link = llvm::partition_point(
      links, [&](const ChannelLink &other) { return other.operand < operand; });
  return link != links.end() && link->operand == operand ? link : nullptr;
}

/// Weights and bias are constants, and so are the zero points of integers.
static bool hasReadableWeights(Operation *op) {
  Value bias = biasOf(op);
  return isReadable(op, op->getOperand(1)) && (!bias || isReadable(op, bias)) &&
         inputZeroPoint(op) && weightsZeroPoint(op);
}

int64_t alignedDim(Value operand, Value result, int64_t dim) {
  return dim - (tensorType(result).getRank() - tensorType(operand).getRank());
}

namespace {

/// The flow of operand 0's channels along `from` to the result's along `to`,
/// one to one.
ChannelFlow apart(Operation *op, int64_t from, int64_t to) {
  ChannelFlow flow;
  flow.kind = FlowKind::Apart;
  flow.dim = to;
  if (to < 0)
    return flow;
  ChannelLink link;
  link.dim = from;
  link.count = tensorType(op->getResult(0)).getDimSize(to);
  flow.links.push_back(link);
  return flow;
}

/// One operand whose channels stay where they are if `keeps`.
ChannelFlow inPlace(Operation *op, int64_t dim, bool keeps = true) {
  return apart(op, dim, keeps ? dim : -1);
}

ChannelFlow elementwise(Operation *op, DimOf dimOf) {
  ChannelFlow flow;
  flow.kind = FlowKind::Apart;
  Value result = op->getResult(0);
  int64_t rank = tensorType(result).getRank();
  for (Value operand : op->getOperands()) {
    int64_t dim = dimOf(operand);
    int64_t aligned = dim + rank - tensorType(operand).getRank();
    if (dim >= 0 && tensorType(operand).getDimSize(dim) ==
                        tensorType(result).getDimSize(aligned)) {
      flow.dim = aligned;
      break;
    }
  }
  if (flow.dim < 0)
    return flow;
  int64_t extent = tensorType(result).getDimSize(flow.dim);
  for (auto [i, operand] : llvm::enumerate(op->getOperands())) {
    int64_t dim = alignedDim(operand, result, flow.dim);
    bool hasChannels = dim >= 0 && tensorType(operand).getDimSize(dim) > 1;
    if (nn::constantOf(operand) || !hasChannels)
      continue;
    if (dimOf(operand) != dim) {
      flow.needsAll = true;
      continue;
    }
    ChannelLink link;
    link.operand = i;
    link.dim = dim;
    link.count = extent;
    flow.links.push_back(link);
  }
  return flow;
}

ChannelFlow concat(nn::ConcatOp op, DimOf dimOf) {
  ChannelFlow flow;
  flow.kind = FlowKind::Apart;
  for (Value operand : op.getInputs())
    if (flow.dim < 0)
      flow.dim = dimOf(operand);
  if (flow.dim < 0)
    return flow;
  int64_t begin = 0;
  for (auto [i, operand] : llvm::enumerate(op.getInputs())) {
    int64_t extent = tensorType(operand).getDimSize(flow.dim);
    ChannelLink link;
    link.operand = i;
    link.dim = flow.dim;
    link.resultBegin = begin;
    link.count = extent;
    if (int64_t(op.getAxis()) == flow.dim)
      begin += extent;
    if (nn::constantOf(operand))
      continue;
    if (dimOf(operand) != flow.dim) {
      flow.needsAll = true;
      continue;
    }
    flow.links.push_back(link);
  }
  return flow;
}

ChannelFlow slice(nn::SliceOp op, int64_t dim) {
  if (dim < 0 || op.getSteps()[dim] != 1 || op.getSizes()[dim] == 0)
    return inPlace(op, dim, false);
  ChannelFlow flow = inPlace(op, dim);
  flow.links[0].operandBegin = op.getStarts()[dim];
  return flow;
}

/// The channels stay apart when the dimensions before them hold as many
/// elements as before; what follows them may be taken into them.
ChannelFlow reshape(nn::ReshapeOp op, int64_t dim) {
  ArrayRef<int64_t> from = tensorType(op.getInput()).getShape();
  ArrayRef<int64_t> to = tensorType(op).getShape();
  if (dim < 0 || tensorType(op).getNumElements() == 0)
    return inPlace(op, -1);
  int64_t outer = 1, channels = from[dim];
  for (int64_t d = 0; d < dim; ++d)
    outer *= from[d];
  int64_t before = 1,
          inner = tensorType(op).getNumElements() / outer / channels;
  for (auto [d, extent] : llvm::enumerate(to)) {
    if (before == outer && extent % channels == 0 && extent > 1 &&
        inner % (extent / channels) == 0) {
      ChannelFlow flow = apart(op, dim, d);
      flow.links[0].ratio = extent / channels;
      return flow;
    }
    before *= extent;
  }
  return inPlace(op, -1);
}

ChannelFlow reduce(nn::ReduceOp op, int64_t dim) {
  if (!inputZeroPoint(op))
    return {};
  if (dim < 0 || llvm::is_contained(op.getAxes(), dim))
    return inPlace(op, -1);
  int64_t to = dim;
  if (!op.getKeepdims())
    to -=
        llvm::count_if(op.getAxes(), [&](int64_t axis) { return axis < dim; });
  return apart(op, dim, to);
}

ChannelFlow broadcast(nn::BroadcastOp op, int64_t dim) {
  int64_t to =
      dim + tensorType(op).getRank() - tensorType(op.getInput()).getRank();
  if (dim < 0 || tensorType(op).getDimSize(to) !=
                     tensorType(op.getInput()).getDimSize(dim))
    return inPlace(op, -1);
  return apart(op, dim, to);
}

template <typename ConvT> int64_t channelDimOf(ConvT op) {
  return nn::channelDim(op.getLayout(), tensorType(op.getInput()).getRank());
}

ChannelFlow linear(Operation *op, int64_t operandDim, int64_t summedDim,
                   int64_t resultDim, int64_t weightsIn, int64_t weightsOut) {
  ChannelFlow flow;
  if (!hasReadableWeights(op))
    return flow;
  flow.kind = FlowKind::Linear;
  flow.dim = resultDim;
  flow.summedDim = operandDim == summedDim ? summedDim : -1;
  flow.weightsIn = weightsIn;
  flow.weightsOut = weightsOut;
  return flow;
}

ChannelFlow conv(nn::ConvOp op, int64_t dim) {
  int64_t channelDim = channelDimOf(op), groups = op.getGroup();
  if (groups == 1)
    return linear(op, dim, channelDim, channelDim, 1, 0);
  ChannelFlow flow;
  if (!hasReadableWeights(op))
    return flow;
  flow.kind = FlowKind::Grouped;
  flow.dim = channelDim;
  flow.groups = groups;
  flow.needsAll = dim != channelDim;
  if (flow.needsAll)
    return flow;
  // Channels of a group are linked in order; which of them does not matter.
  ChannelLink link;
  link.dim = channelDim;
  link.count = tensorType(op).getDimSize(channelDim);
  int64_t perGroup = tensorType(op.getFilter()).getDimSize(1);
  link.ratio = perGroup == 1 ? link.count / groups : 1;
  flow.links.push_back(link);
  return flow;
}

} // namespace

ChannelFlow channelFlow(Operation *op, DimOf dimOf) {
  if (op->getNumResults() != 1 || !isa<nn::NnDialect>(op->getDialect()))
    return {};
  if (op->hasTrait<nn::ElementwiseOp>())
    return elementwise(op, dimOf);
  int64_t dim = op->getNumOperands() ? dimOf(op->getOperand(0)) : -1;
  return llvm::TypeSwitch<Operation *, ChannelFlow>(op)
      .Case([&](nn::ConvOp conv) { return prune::conv(conv, dim); })
      .Case([&](nn::ConvTransposeOp conv) {
        int64_t channelDim = channelDimOf(conv);
        if (conv.getGroup() != 1)
          return ChannelFlow();
        return linear(op, dim, channelDim, channelDim, 0, 1);
      })
      .Case([&](nn::MatmulOp matmul) {
        int64_t rank = tensorType(matmul.getLhs()).getRank();
        if (tensorType(matmul.getRhs()).getRank() != 2)
          return ChannelFlow();
        return linear(op, dim, rank - 1, tensorType(matmul).getRank() - 1, 0,
                      1);
      })
      .Case<nn::MaxPoolOp, nn::AvgPoolOp>([&](auto pool) {
        if (!inputZeroPoint(op))
          return ChannelFlow();
        return inPlace(op, dim, dim == channelDimOf(pool));
      })
      .Case<nn::QuantizeOp, nn::DequantizeOp>([&](auto) {
        bool known = llvm::all_of(op->getOperands().drop_front(),
                                  [](Value v) { return nn::constantOf(v); });
        return known ? inPlace(op, dim) : ChannelFlow();
      })
      .Case([&](nn::TransposeOp transpose) {
        int64_t to =
            llvm::find(transpose.getPerm(), dim) - transpose.getPerm().begin();
        return apart(op, dim, dim < 0 ? -1 : to);
      })
      .Case([&](nn::PadOp pad) {
        int64_t rank = tensorType(pad).getRank();
        bool known = !pad.getValue() || nn::constantOf(pad.getValue());
        if (!known)
          return ChannelFlow();
        return inPlace(op, dim,
                       dim >= 0 && pad.getPads()[dim] == 0 &&
                           pad.getPads()[dim + rank] == 0);
      })
      .Case([&](nn::ResizeOp resize) {
        // A cubic kernel overshoots.
        if (resize.getMode() == nn::ResizeMode::Cubic)
          return ChannelFlow();
        return inPlace(op, dim,
                       dim >= 0 && resize.getScales()[dim] == 1 &&
                           tensorType(resize).getDimSize(dim) ==
                               tensorType(resize.getInput()).getDimSize(dim));
      })
      .Case([&](nn::TileOp tile) {
        return inPlace(op, dim, dim >= 0 && tile.getRepeats()[dim] == 1);
      })
      .Case([&](nn::SoftmaxOp softmax) {
        return inPlace(op, dim, softmax.getAxis() != uint64_t(dim));
      })
      .Case([&](nn::ConcatOp concat) { return prune::concat(concat, dimOf); })
      .Case([&](nn::SliceOp slice) { return prune::slice(slice, dim); })
      .Case([&](nn::ReshapeOp reshape) { return prune::reshape(reshape, dim); })
      .Case([&](nn::ReduceOp reduce) { return prune::reduce(reduce, dim); })
      .Case([&](nn::BroadcastOp op) { return prune::broadcast(op, dim); })
      .Default([](Operation *) { return ChannelFlow(); });
}

} // namespace dlc::prune
