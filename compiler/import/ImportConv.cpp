//===- ImportConv.cpp - Convolutions --------------------------------------===//

#include "compiler/import/Importers.h"
#include "compiler/import/Window.h"

using namespace mlir;

namespace dlc::import {

namespace {
/// The window of a convolution's operands.
Window filterWindow(Node &n, Value input, Value filter) {
  int64_t rank = Node::rankOf(input);
  if (rank < 3 || Node::rankOf(filter) != rank)
    n.fail("input and filter have ranks " + Twine(rank) + " and " +
           Twine(Node::rankOf(filter)) + ", but need the same of 3 or more");
  return readWindow(n, Node::shapeOf(input),
                    Node::shapeOf(filter).drop_front(2));
}

nn::LayoutAttr channelsFirst(Node &n) {
  return nn::LayoutAttr::get(n.context(), nn::Layout::ChannelsFirst);
}
} // namespace

Value buildConv(Node &n, Value input, Value filter, Value bias) {
  Window window = filterWindow(n, input, filter);
  if (StringRef(window.autoPad).starts_with("SAME"))
    padSame(window, Node::shapeOf(input).drop_front(2));
  SmallVector<Value> operands{input, filter};
  if (bias)
    operands.push_back(bias);
  return n.make<nn::ConvOp>(operands, {n.attr("strides", window.strides),
                                       n.attr("pads", window.pads),
                                       n.attr("dilations", window.dilations),
                                       n.attr("group", n.intAttr("group", 1)),
                                       n.attr("layout", channelsFirst(n))});
}

void importConv(Node &n) {
  n.set(buildConv(n, n.in(0), n.in(1), n.has(2) ? n.in(2) : Value()));
}

void importConvInteger(Node &n) {
  auto centred = [&](unsigned operand, unsigned zeroPoint, int64_t axis) {
    Value wide = n.cast(n.in(operand), n.i32());
    if (!n.has(zeroPoint))
      return wide;
    Value zero = n.cast(n.in(zeroPoint), n.i32());
    zero = Node::typeOf(zero).getNumElements() == 1
               ? n.reshape(zero, {})
               : n.alongAxis(zero, n.rank(operand), axis);
    return n.sub(wide, zero);
  };
  n.set(buildConv(n, centred(0, 2, 1), centred(1, 3, 0), Value()));
}

namespace {
/// Pads of a transposed convolution whose output size is prescribed, by
/// output_shape or by SAME; the excess goes where auto_pad says.
void padForOutput(Node &n, Window &window, Ints &outputPadding,
                  ArrayRef<int64_t> outputs) {
  int64_t spatial = window.rank();
  for (int64_t i = 0; i < spatial; ++i) {
    int64_t full = window.strides[i] * (n.shape()[2 + i] - 1) +
                   outputPadding[i] + window.extent(i);
    int64_t total = full - outputs[i];
    if (total < 0) { // zeros (or the bias) behind what the filter reaches
      outputPadding[i] -= total;
      total = 0;
    }
    int64_t less = total / 2;
    bool upper = window.autoPad == "SAME_UPPER";
    window.pads[i] = upper ? less : total - less;
    window.pads[spatial + i] = total - window.pads[i];
  }
}
} // namespace

void importConvTranspose(Node &n) {
  Window window = filterWindow(n, n.in(0), n.in(1));
  Ints outputPadding = n.intsAttr("output_padding");
  if (outputPadding.empty())
    outputPadding.assign(window.rank(), 0);
  if (static_cast<int64_t>(outputPadding.size()) != window.rank())
    n.fail("attribute 'output_padding' needs " + Twine(window.rank()) +
           " entries");
  for (int64_t entry : outputPadding)
    if (entry < 0 || entry >= (int64_t(1) << 30))
      n.fail("attribute 'output_padding' has the entry " + Twine(entry) +
             ", which is out of range");
  Ints outputs = n.intsAttr("output_shape");
  if (static_cast<int64_t>(outputs.size()) == n.rank())
    outputs.erase(outputs.begin(), outputs.begin() + 2);
  if (outputs.empty() && StringRef(window.autoPad).starts_with("SAME"))
    for (int64_t i = 0; i < window.rank(); ++i)
      outputs.push_back(n.shape()[2 + i] * window.strides[i]);
  if (!outputs.empty()) {
    if (static_cast<int64_t>(outputs.size()) != window.rank())
      n.fail("attribute 'output_shape' needs " + Twine(window.rank()) +
             " entries");
    for (int64_t entry : outputs)
      if (entry < 0 || entry >= (int64_t(1) << 30))
        n.fail("attribute 'output_shape' has the entry " + Twine(entry) +
               ", which is out of range");
    padForOutput(n, window, outputPadding, outputs);
  }
  SmallVector<Value> operands{n.in(0), n.in(1)};
  if (n.has(2))
    operands.push_back(n.in(2));
  n.set(n.make<nn::ConvTransposeOp>(
      operands, {n.attr("strides", window.strides), n.attr("pads", window.pads),
                 n.attr("dilations", window.dilations),
                 n.attr("output_padding", outputPadding),
                 n.attr("group", n.intAttr("group", 1)),
                 n.attr("layout", channelsFirst(n))}));
}

} // namespace dlc::import
