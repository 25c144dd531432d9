//===- ImportQuantize.cpp - Quantised tensors -----------------------------===//

#include "compiler/import/Importers.h"

using namespace mlir;

namespace dlc::import {

namespace {
/// Scale and zero point of one tensor: scalars, or vectors along an axis.
struct Parameters {
  Value scale, zeroPoint;
};

Parameters readParameters(Node &n, unsigned scale, unsigned zeroPoint) {
  Parameters p{n.in(scale), n.has(zeroPoint) ? n.in(zeroPoint) : Value()};
  // Scalars may come as [1].
  auto scalar = [&](Value v) {
    return v && Node::typeOf(v).getNumElements() == 1 ? n.reshape(v, {}) : v;
  };
  return {scalar(p.scale), scalar(p.zeroPoint)};
}

Value dequantize(Node &n, Value x, Parameters p, int64_t axis) {
  SmallVector<Value> operands{x, p.scale};
  if (p.zeroPoint)
    operands.push_back(p.zeroPoint);
  return n.make<nn::DequantizeOp>(operands, n.attr("axis", axis));
}

Value quantize(Node &n, Value x, Parameters p, int64_t axis, Type element) {
  SmallVector<Value> operands{x, p.scale};
  if (p.zeroPoint)
    operands.push_back(p.zeroPoint);
  return n.makeAs<nn::QuantizeOp>(
      RankedTensorType::get(Node::shapeOf(x), element), operands,
      n.attr("axis", axis));
}

/// The axis matters only for parameters that are vectors.
int64_t parameterAxis(Node &n, const Parameters &p) {
  int64_t axis = n.intAttr("axis", 1);
  if (n.intAttr("block_size", 0) != 0)
    n.fail("blocked quantisation (block_size) is not supported");
  if (Node::typeOf(p.scale).getNumElements() == 1)
    return 0;
  return n.axis(axis, n.rank());
}
} // namespace

void importQuantizeLinear(Node &n) {
  Parameters p = readParameters(n, 1, 2);
  Type unsigned8 = IntegerType::get(n.context(), 8, IntegerType::Unsigned);
  Type element = p.zeroPoint ? Node::elementOf(p.zeroPoint) : unsigned8;
  if (!p.zeroPoint && n.intAttr("output_dtype", 0) != 0)
    element = n.typeAttr("output_dtype", unsigned8);
  n.ignore({"output_dtype", "saturate"}); // the latter of 8-bit floats
  Value x = n.cast(n.in(), Node::elementOf(p.scale));
  n.set(quantize(n, x, p, parameterAxis(n, p), element));
}

void importDequantizeLinear(Node &n) {
  Parameters p = readParameters(n, 1, 2);
  Value x = dequantize(n, n.in(), p, parameterAxis(n, p));
  n.set(n.cast(x, n.typeAttr("output_dtype", Node::elementOf(x))));
}

void importQLinearMatMul(Node &n) {
  Parameters a = readParameters(n, 1, 2), b = readParameters(n, 4, 5),
             y = readParameters(n, 6, 7);
  // Vectors are one entry for each row of a and each column of b.
  int64_t rank = n.rank(0);
  if (rank < 2 || n.rank(3) < 2)
    n.fail("operands of rank 1 are not supported");
  Value product = n.matmul(dequantize(n, n.in(0), a, rank - 2),
                           dequantize(n, n.in(3), b, n.rank(3) - 1));
  n.set(quantize(n, product, y, Node::rankOf(product) - 2,
                 Node::elementOf(n.in(7))));
}

void importQLinearConv(Node &n) {
  Parameters x = readParameters(n, 1, 2), w = readParameters(n, 4, 5),
             y = readParameters(n, 6, 7);
  Value bias;
  if (n.has(8)) // int32 of scale x_scale * w_scale
    bias = n.mul(n.cast(n.in(8), n.f32()), n.mul(x.scale, w.scale));
  Value result = buildConv(n, dequantize(n, n.in(0), x, 1),
                           dequantize(n, n.in(3), w, 0), bias);
  n.set(quantize(n, result, y, 1, Node::elementOf(n.in(7))));
}

} // namespace dlc::import
