//===- ImportMultiThreshold.cpp - Activations as thresholds ---------------===//

#include "compiler/import/qonnx/Qonnx.h"

using namespace mlir;

namespace dlc::import {

namespace {
/// The dimension of the channels, by the name of the layout or, without one, by
/// the rank as QONNX does.
int64_t channelAxis(Node &n) {
  std::string layout = n.stringAttr("data_layout", "");
  if (layout.empty())
    layout = n.rank() == 3 ? "NWC" : "NC";
  if (llvm::count(layout, 'C') != 1)
    n.fail("attribute 'data_layout' is '" + layout +
           "', but must name one dimension C, as NCHW and NHWC do");
  auto axis = static_cast<int64_t>(layout.find('C'));
  if (axis >= n.rank())
    n.fail("attribute 'data_layout' is '" + layout + "', but " +
           n.inputText(0) + " has rank " + Twine(n.rank()));
  return axis;
}

void requireAscending(Node &n, unsigned operand) {
  if (!n.isConstant(operand))
    return;
  SmallVector<double> values = n.constantFloats(operand);
  int64_t count = n.shape(operand)[1];
  for (auto [i, value] : llvm::enumerate(values)) {
    bool isFirst = static_cast<int64_t>(i) % count == 0;
    if (std::isnan(value) || (!isFirst && value < values[i - 1]))
      n.fail(n.inputText(operand) + " holds " +
             (std::isnan(value) ? "NaN" : textOf(value)) + " (entry " +
             Twine(i) + "), but thresholds of a channel must ascend");
  }
}
} // namespace

void importMultiThreshold(Node &n) {
  n.requireRank(0, rankAtLeast(2));
  n.requireRank(1, {2, 2});
  int64_t axis = channelAxis(n), channels = n.shape()[axis];
  int64_t rows = n.shape(1)[0], count = n.shape(1)[1];
  if (rows != 1 && rows != channels)
    n.fail(n.inputText(1) + " has the shape " + shapeText(n.shape(1)) +
           ", but must have one row, or one for each of the " +
           Twine(channels) + " channels of " + n.inputText(0));
  requireAscending(n, 1);
  n.ignore({"out_dtype"});
  // How many thresholds each number reaches.
  Ints widened(n.shape()), along(n.rank() + 1, 1);
  widened.push_back(1);
  along[axis] = rows;
  along.back() = count;
  Value reached =
      n.compare(nn::ComparePredicate::GE, n.reshape(n.in(0), widened),
                n.reshape(n.in(1), along));
  Value y = n.reduce(nn::ReduceKind::Sum, n.cast(reached, n.element()),
                     {n.rank()}, /*keepdims=*/false);
  if (double factor = n.floatAttr("out_scale", 1); factor != 1)
    y = n.mul(y, factor);
  if (double offset = n.floatAttr("out_bias", 0); offset != 0)
    y = n.add(y, offset);
  n.set(y);
}

} // namespace dlc::import
