//===- ImportQLinear.cpp - onnxruntime's operators on 8-bit integers ------===//
//
// Domain com.microsoft; ContribOperators.md of onnxruntime defines them. Its
// code computes some of them by tables or in floats of its own, and may differ
// by one in the last place.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/Importers.h"
#include "compiler/import/operators/Quantisation.h"
#include "llvm/ADT/Sequence.h"

using namespace mlir;

namespace dlc::import {

namespace {
/// Operands `at`, `at + 1` and `at + 2` (tensor, scale, zero point) as real
/// numbers.
Value real(Node &n, unsigned at) {
  return dequantize(n, n.in(at), scalarQuantisation(n, at + 1, at + 2));
}

/// Sets the result from real numbers and operands `at` (scale) and `at + 1`.
void setQuantised(Node &n, Value result, unsigned at, Type storage) {
  n.set(quantize(n, result, scalarQuantisation(n, at, at + 1), storage));
}

/// `compute` on channels first, whatever the node's attribute channels_last
/// says of `x` and the result.
template <typename Compute>
Value inChannels(Node &n, Value x, Compute compute) {
  if (!n.boolAttr("channels_last", false))
    return compute(x);
  int64_t last = Node::rankOf(x) - 1;
  return n.moveAxis(compute(n.moveAxis(x, last, 1)), 1, last);
}
} // namespace

void importQLinearActivation(Node &n) {
  Value x = real(n, 0);
  Value y;
  if (n.op() == "QLinearSigmoid")
    y = n.unary<nn::SigmoidOp>(x);
  else
    y = n.binary<nn::PreluOp>(x, n.scalarLike(x, n.floatAttr("alpha", 0.01f)));
  setQuantised(n, y, 3, n.element());
}

void importQLinearBinary(Node &n) {
  Value a = real(n, 0), b = real(n, 3);
  setQuantised(n, n.op() == "QLinearAdd" ? n.add(a, b) : n.mul(a, b), 6,
               n.element());
}

void importQLinearAveragePool(Node &n) {
  n.requireRank(0, rankAtLeast(3));
  // onnxruntime divides by the kernel's size even where ceil_mode lets a window
  // end behind the pads; ONNX's AveragePool does not.
  Value y = inChannels(n, real(n, 0), [&](Value x) {
    return buildAveragePool(n, x, /*countsWholeWindow=*/true);
  });
  setQuantised(n, y, 3, n.element());
}

void importQLinearGlobalAveragePool(Node &n) {
  n.requireRank(0, rankAtLeast(3), ": batch, channels and spatial dimensions");
  Value y = inChannels(n, real(n, 0), [&](Value x) {
    Ints spatial = llvm::to_vector(llvm::seq<int64_t>(2, Node::rankOf(x)));
    return n.reduce(nn::ReduceKind::Mean, x, spatial);
  });
  setQuantised(n, y, 3, n.element());
}

void importQLinearReduceMean(Node &n) {
  Ints axes = n.axesAttr("axes", n.rank()).value_or(Ints());
  if (axes.empty())
    axes = llvm::to_vector(llvm::seq<int64_t>(0, n.rank()));
  llvm::sort(axes);
  bool keepdims = n.boolAttr("keepdims", true);
  Value x = real(n, 0);
  Value y =
      axes.empty() ? x : n.reduce(nn::ReduceKind::Mean, x, axes, keepdims);
  setQuantised(n, y, 3, n.element());
}

void importQLinearSoftmax(Node &n) {
  int64_t opset = n.intAttr("opset", 13, kSize);
  setQuantised(n, buildSoftmax(n, real(n, 0), opset), 3, n.element());
}

void importQLinearWhere(Node &n) {
  Value z = n.select(n.in(0), real(n, 1), real(n, 4));
  setQuantised(n, z, 7, n.element(1));
}

void importQLinearConcat(Node &n) {
  unsigned count = (n.numInputs() - 2) / 3;
  if (n.numInputs() < 5 || n.numInputs() != 2 + 3 * count)
    n.fail("it has " + Twine(n.numInputs()) +
           " inputs, but must have 'Y_scale', 'Y_zero_point', and three for "
           "each tensor: itself, its scale and its zero point");
  Type storage = n.element(1);
  SmallVector<Value> parts;
  for (unsigned at = 2; at < n.numInputs(); at += 3) {
    for (unsigned i : {at, at + 2})
      if (n.element(i) != storage)
        n.fail("input number " + Twine(i + 1) +
               " has another type than input 'Y_zero_point'");
    if (!n.element(at + 1).isF32())
      n.fail("input number " + Twine(at + 2) +
             " is a scale and must be of type float");
    parts.push_back(real(n, at));
  }
  Value y = buildConcat(n, parts, [](unsigned i) { return 3 * i + 3; });
  setQuantised(n, y, 0, storage);
}

} // namespace dlc::import
