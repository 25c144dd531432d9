//===- ImportConv.cpp - Convolutions --------------------------------------===//

#include "compiler/import/Importers.h"
#include "compiler/import/Window.h"
#include "compiler/import/checks/BiasScale.h"

using namespace mlir;

namespace dlc::import {

namespace {
/// The window of a convolution's operands.
Window filterWindow(Node &n, Value input, Value filter) {
  int64_t rank = Node::rankOf(input);
  if (rank < 3 || Node::rankOf(filter) != rank)
    n.fail("input and filter have ranks " + Twine(rank) + " and " +
           Twine(Node::rankOf(filter)) + ", but need the same of 3 or more");
  for (int64_t size : Node::shapeOf(filter))
    if (!kSize.has(size))
      n.fail("the filter has the shape " + shapeText(Node::shapeOf(filter)) +
             ", but its dimensions must be " + textOf(kSize));
  return readWindow(n, Node::shapeOf(input),
                    Node::shapeOf(filter).drop_front(2));
}

/// The filter of a convolution is [M, C / group, ...].
int64_t readGroup(Node &n, int64_t channels, ArrayRef<int64_t> filter) {
  int64_t group = n.intAttr("group", 1, kSize);
  if (filter[1] * group != channels)
    n.fail("the filter has " + counted(filter[1], "channel", "channels") +
           " and group is " + Twine(group) + ", but the input has " +
           counted(channels, "channel", "channels") +
           "; the filter's channels times group must be the input's");
  if (filter[0] % group != 0)
    n.fail(Twine(filter[0]) + " filters do not divide into " + Twine(group) +
           " groups; attribute 'group' must be a divisor of the filter's "
           "dimension 0");
  return group;
}

/// The filter of a transposed convolution is [C, M / group, ...].
int64_t readTransposedGroup(Node &n) {
  int64_t group = n.intAttr("group", 1, kSize), channels = n.shape()[1];
  if (n.shape(1)[0] != channels)
    n.fail("the filter is for " +
           counted(n.shape(1)[0], "channel", "channels") +
           " (its dimension 0), but the input has " + Twine(channels));
  if (channels % group != 0)
    n.fail(Twine(channels) + " channels do not divide into " + Twine(group) +
           " groups; attribute 'group' must be a divisor of the channels");
  return group;
}

void checkBias(Node &n, Value bias, int64_t features) {
  if (bias && Node::shapeOf(bias) != ArrayRef<int64_t>{features})
    n.fail("the bias has the shape " + shapeText(Node::shapeOf(bias)) +
           ", but must have " + shapeText(features) +
           ", one entry for each output channel");
}

} // namespace

Value buildConv(Node &n, Value input, Value filter, Value bias,
                const Sums &sums) {
  Window window = filterWindow(n, input, filter);
  ArrayRef<int64_t> sizes = Node::shapeOf(input).drop_front(2);
  if (StringRef(window.autoPad).starts_with("SAME"))
    padSame(window, sizes);
  int64_t group = readGroup(n, Node::shapeOf(input)[1], Node::shapeOf(filter));
  checkBias(n, bias, Node::shapeOf(filter)[0]);
  checkWindowFits(n, window, sizes);
  SmallVector<Value> operands{input, filter, bias, sums.leftZeroPoint,
                              sums.rightZeroPoint};
  SmallVector<NamedAttribute> attributes{n.attr("strides", window.strides),
                                         n.attr("pads", window.pads),
                                         n.attr("dilations", window.dilations),
                                         n.attr("group", group),
                                         n.channelsFirst(),
                                         n.segments(operands)};
  if (sums.accumulator)
    attributes.push_back(
        n.attr("accumulator", TypeAttr::get(sums.accumulator)));
  llvm::erase(operands, Value());
  return n.make<nn::ConvOp>(operands, attributes);
}

void importConv(Node &n) {
  if (n.has(2))
    warnOfBiasScale(n, n.in(0), n.in(1), n.in(2));
  n.set(buildConv(n, n.in(0), n.in(1), n.has(2) ? n.in(2) : Value()));
}

void importConvInteger(Node &n) {
  auto zeroPoint = [&](unsigned operand, unsigned zero, bool perFilter) {
    if (!n.has(zero))
      return Value();
    bool scalar = Node::typeOf(n.in(zero)).getNumElements() == 1;
    if (!scalar && perFilter)
      n.requireShape(zero, n.shape(operand).take_front(1), " or be a scalar");
    else if (!scalar)
      n.requireShape(zero, {});
    return scalar ? n.reshape(n.in(zero), {})
                  : n.alongAxis(n.in(zero), n.rank(operand), 0);
  };
  n.requireRank(0, rankAtLeast(3));
  n.requireRank(1, rankAtLeast(3));
  n.set(buildConv(n, n.in(0), n.in(1), Value(),
                  {n.i32(), zeroPoint(0, 2, false), zeroPoint(1, 3, true)}));
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

namespace {
/// One entry for each spatial dimension; empty when the attribute is absent.
Ints spatialEntries(Node &n, StringRef name, int64_t spatial, Range allowed) {
  Ints values = n.intsAttr(name, allowed);
  if (!values.empty() && static_cast<int64_t>(values.size()) != spatial)
    n.fail("attribute '" + name + "' has " +
           counted(values.size(), "entry", "entries") +
           ", but the input's rank asks for " + Twine(spatial));
  return values;
}

Ints readOutputPadding(Node &n, const Window &window) {
  Ints padding =
      spatialEntries(n, "output_padding", window.rank(), kSizeOrZero);
  if (padding.empty())
    padding.assign(window.rank(), 0);
  for (auto [i, entry] : llvm::enumerate(padding)) {
    int64_t limit = std::max(window.strides[i], window.dilations[i]);
    if (entry >= limit)
      n.fail("attribute 'output_padding' has the entry " + Twine(entry) +
             ", but it must be less than " + Twine(limit) +
             ", the larger of stride and dilation of spatial dimension " +
             Twine(i));
  }
  return padding;
}

void checkTransposedSize(Node &n, const Window &window,
                         ArrayRef<int64_t> outputPadding) {
  int64_t spatial = window.rank();
  for (int64_t i = 0; i < spatial; ++i) {
    int64_t full = window.strides[i] * (n.shape()[2 + i] - 1) +
                   outputPadding[i] + window.extent(i);
    int64_t pads = window.pads[i] + window.pads[spatial + i];
    if (pads >= full)
      n.fail("pads of " + Twine(pads) + " leave nothing of the " + Twine(full) +
             " elements of spatial dimension " + Twine(i));
  }
}
} // namespace

void importConvTranspose(Node &n) {
  Window window = filterWindow(n, n.in(0), n.in(1));
  int64_t group = readTransposedGroup(n);
  checkBias(n, n.has(2) ? n.in(2) : Value(), n.shape(1)[1] * group);
  Ints outputPadding = readOutputPadding(n, window);
  Ints outputs = spatialEntries(n, "output_shape", window.rank(), kSize);
  if (outputs.empty() && StringRef(window.autoPad).starts_with("SAME"))
    for (int64_t i = 0; i < window.rank(); ++i)
      outputs.push_back(n.shape()[2 + i] * window.strides[i]);
  if (!outputs.empty())
    padForOutput(n, window, outputPadding, outputs);
  checkTransposedSize(n, window, outputPadding);
  SmallVector<Value> operands{n.in(0), n.in(1)};
  if (n.has(2))
    operands.push_back(n.in(2));
  n.set(n.make<nn::ConvTransposeOp>(
      operands, {n.attr("strides", window.strides), n.attr("pads", window.pads),
                 n.attr("dilations", window.dilations),
                 n.attr("output_padding", outputPadding),
                 n.attr("group", group), n.channelsFirst()}));
}

} // namespace dlc::import
