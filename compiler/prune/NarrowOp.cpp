//===- NarrowOp.cpp - An op on fewer channels -----------------------------===//

#include "compiler/prune/NarrowOp.h"
#include "compiler/evaluate/Rows.h"
#include "dialects/nn/Constants.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace dlc::prune {

ElementsAttr takeChannels(ElementsAttr constant, int64_t dim,
                          ArrayRef<int64_t> channels) {
  auto type = cast<RankedTensorType>(constant.getShapedType());
  SmallVector<int64_t> shape(type.getShape());
  if (shape[dim] == int64_t(channels.size()))
    return constant;
  shape[dim] = channels.size();
  std::optional<nn::ConstantData> data = nn::readConstant(constant);
  if (!data)
    return nullptr;
  int64_t width = data->elementBytes;
  if (data->splat)
    return nn::makeConstant(type.clone(shape),
                            {data->bytes.begin(), data->bytes.end()});
  evaluate::AxisView view(type.getShape(), dim);
  std::vector<char> bytes;
  bytes.reserve(view.outer * channels.size() * view.inner * width);
  for (int64_t o = 0; o < view.outer; ++o)
    for (int64_t channel : channels) {
      const char *from = data->at((o * view.size + channel) * view.inner);
      bytes.insert(bytes.end(), from, from + view.inner * width);
    }
  return nn::makeConstant(type.clone(shape), std::move(bytes));
}

bool isConcatOfChannels(Operation *op, const ChannelFlow &flow) {
  auto concat = dyn_cast<nn::ConcatOp>(op);
  return concat && flow.dim >= 0 && int64_t(concat.getAxis()) == flow.dim;
}

SmallVector<int64_t> operandBegins(Operation *op, const ChannelFlow &flow) {
  SmallVector<int64_t> begins(op->getNumOperands(), 0);
  if (!isConcatOfChannels(op, flow))
    return begins;
  for (unsigned i = 1; i < begins.size(); ++i)
    begins[i] =
        begins[i - 1] + tensorType(op->getOperand(i - 1)).getDimSize(flow.dim);
  return begins;
}

int64_t channelDimOfConstant(Operation *op, const ChannelFlow &flow,
                             unsigned operand) {
  if (flow.dim < 0 || !nn::constantOf(op->getOperand(operand)))
    return -1;
  Value value = op->getOperand(operand);
  int64_t dim = -1;
  if (op->hasTrait<nn::ElementwiseOp>())
    dim = alignedDim(value, op->getResult(0), flow.dim);
  else if (isa<nn::ConcatOp>(op))
    return flow.dim;
  else if (isa<nn::QuantizeOp, nn::DequantizeOp>(op) && operand > 0) {
    auto axis = op->getAttrOfType<IntegerAttr>("axis");
    int64_t counted = axis ? axis.getInt() : 1;
    int64_t rank = tensorType(op->getResult(0)).getRank();
    if ((counted < 0 ? counted + rank : counted) == flow.dim &&
        tensorType(value).getRank() == 1)
      dim = 0;
  } else if (flow.kind == FlowKind::Grouped && operand > 0)
    dim = 0; // filters, bias
  else if (flow.kind == FlowKind::Linear && operand > 0)
    dim = operand == 1 ? flow.weightsOut : 0;
  return dim >= 0 && dim < tensorType(value).getRank() &&
                 tensorType(value).getDimSize(dim) > 1
             ? dim
             : -1;
}

/// What of an op's attributes counts channels.
static void narrowAttributes(Operation *copy, const ChannelFlow &flow,
                             ArrayRef<Channels> kept, int64_t groups) {
  if (auto slice = dyn_cast<nn::SliceOp>(copy)) {
    const ChannelLink &link = flow.links.front();
    SmallVector<int64_t> starts(slice.getStarts()), sizes(slice.getSizes());
    starts[link.dim] =
        llvm::lower_bound(kept[0], link.operandBegin) - kept[0].begin();
    sizes[link.dim] =
        llvm::lower_bound(kept[0], link.operandBegin + link.count) -
        kept[0].begin() - starts[link.dim];
    slice.setStarts(starts);
    slice.setSizes(sizes);
  }
  if (auto conv = dyn_cast<nn::ConvOp>(copy);
      conv && flow.kind == FlowKind::Grouped)
    conv.setGroup(groups);
}

Operation *narrowOp(OpBuilder &builder, Operation *op, const ChannelFlow &flow,
                    ArrayRef<Value> operands, ArrayRef<Channels> kept,
                    ArrayRef<int64_t> results) {
  SmallVector<int64_t> begins = operandBegins(op, flow);
  bool isConcat = isConcatOfChannels(op, flow);
  SmallVector<Value> narrowed;
  for (auto [i, operand] : llvm::enumerate(op->getOperands())) {
    ElementsAttr constant = nn::constantOf(operand);
    int64_t dim = channelDimOfConstant(op, flow, i);
    ElementsAttr cut = constant;
    if (dim >= 0) {
      int64_t extent = tensorType(operand).getDimSize(dim);
      Channels met;
      for (int64_t channel : results)
        if (channel >= begins[i] && channel < begins[i] + extent)
          met.push_back(channel - begins[i]);
      if (met.empty() && isConcat)
        continue;
      cut = takeChannels(constant, dim, met);
    } else if (!constant) {
      if (isConcat && flow.linkOf(i) && kept[i].empty())
        continue;
      narrowed.push_back(operands[i]);
      continue;
    }
    if (i == 1 && flow.kind == FlowKind::Linear && flow.summedDim >= 0)
      cut = takeChannels(cut, flow.weightsIn, kept[0]);
    narrowed.push_back(cut == constant ? operand
                                       : arith::ConstantOp::create(
                                             builder, operand.getLoc(), cut));
  }
  Operation *copy = builder.clone(*op);
  copy->setOperands(narrowed);
  RankedTensorType type = tensorType(op->getResult(0));
  SmallVector<int64_t> shape(type.getShape());
  shape[flow.dim] = results.size();
  copy->getResult(0).setType(type.clone(shape));
  int64_t perGroup = type.getDimSize(flow.dim) / flow.groups;
  narrowAttributes(copy, flow, kept, int64_t(results.size()) / perGroup);
  return copy;
}

} // namespace dlc::prune
