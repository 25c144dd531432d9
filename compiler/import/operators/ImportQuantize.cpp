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

/// Scale and zero point of `tensor` are scalars, or have one entry for each
/// position along `axis`.
void checkParameters(Node &n, unsigned tensor, unsigned scale,
                     unsigned zeroPoint, int64_t axis) {
  ArrayRef<int64_t> shape = n.shape(scale);
  bool scalar = Node::typeOf(n.in(scale)).getNumElements() == 1;
  if (!scalar && shape != n.shape(tensor).slice(axis, 1))
    n.fail(n.inputText(scale) + " has the shape " + shapeText(shape) +
           ", but must be a scalar or have " +
           counted(n.shape(tensor)[axis], "entry", "entries") +
           " as dimension " + Twine(axis) + " of " + n.inputText(tensor) +
           " has");
  if (!n.has(zeroPoint))
    return;
  bool same = scalar ? Node::typeOf(n.in(zeroPoint)).getNumElements() == 1
                     : n.shape(zeroPoint) == shape;
  if (!same)
    n.fail(n.inputText(zeroPoint) + " has the shape " +
           shapeText(n.shape(zeroPoint)) + ", but must have " +
           shapeText(shape) + " as " + n.inputText(scale) + " has");
}

/// Of the linear operators. The axis matters only for parameters that are
/// vectors.
int64_t parameterAxis(Node &n) {
  if (n.intAttr("block_size", 0, kSizeOrZero) != 0)
    n.fail("blocked quantisation (block_size) is not supported");
  if (Node::typeOf(n.in(1)).getNumElements() == 1) {
    n.intAttr("axis", 1, kAnyInteger);
    checkParameters(n, 0, 1, 2, 0);
    return 0;
  }
  int64_t axis = n.axisAttr("axis", 1, n.rank());
  checkParameters(n, 0, 1, 2, axis);
  return axis;
}

void requireScalar(Node &n, unsigned operand) {
  if (n.has(operand) && Node::typeOf(n.in(operand)).getNumElements() != 1)
    n.requireShape(operand, {});
}
} // namespace

void importQuantizeLinear(Node &n) {
  if (!isa<FloatType>(n.element(1)))
    n.fail("input 'y_scale' holds integers, which is not supported; make it "
           "a float");
  int64_t axis = parameterAxis(n);
  Parameters p = readParameters(n, 1, 2);
  Type unsigned8 = IntegerType::get(n.context(), 8, IntegerType::Unsigned);
  Type element = p.zeroPoint ? Node::elementOf(p.zeroPoint) : unsigned8;
  Type asked = n.typeAttr("output_dtype", element);
  if (asked != element && p.zeroPoint)
    n.fail("attribute 'output_dtype' is " +
           Twine(n.intAttr("output_dtype", 0, kAnyInteger)) +
           ", which is not the type of input 'y_zero_point'");
  if (!asked.isIntOrIndex() || asked.isInteger(1) ||
      asked.getIntOrFloatBitWidth() > 16)
    n.fail("attribute 'output_dtype' is " +
           Twine(n.intAttr("output_dtype", 0, kAnyInteger)) +
           ", which is not an integer type of 8 or 16 bits");
  element = asked;
  n.boolAttr("saturate", true); // of 8-bit floats
  Value x = n.cast(n.in(), Node::elementOf(p.scale));
  n.set(quantize(n, x, p, axis, element));
}

void importDequantizeLinear(Node &n) {
  int64_t axis = parameterAxis(n);
  Value x = dequantize(n, n.in(), readParameters(n, 1, 2), axis);
  Type asked = n.typeAttr("output_dtype", Node::elementOf(x));
  if (!isa<FloatType>(asked))
    n.fail("attribute 'output_dtype' is " +
           Twine(n.intAttr("output_dtype", 0, kAnyInteger)) +
           ", which is not a floating-point type");
  n.set(n.cast(x, asked));
}

void importQLinearMatMul(Node &n) {
  Parameters a = readParameters(n, 1, 2), b = readParameters(n, 4, 5),
             y = readParameters(n, 6, 7);
  // Vectors are one entry for each row of a and each column of b.
  int64_t rank = n.rank(0);
  if (rank < 2 || n.rank(3) < 2)
    n.fail("inputs of rank 1 are not supported");
  checkProduct(n, n.shape(0), n.shape(3));
  checkParameters(n, 0, 1, 2, rank - 2);
  checkParameters(n, 3, 4, 5, n.rank(3) - 1);
  for (unsigned i : {6u, 7u})
    requireScalar(n, i);
  Value product = n.matmul(dequantize(n, n.in(0), a, rank - 2),
                           dequantize(n, n.in(3), b, n.rank(3) - 1));
  n.set(quantize(n, product, y, Node::rankOf(product) - 2,
                 Node::elementOf(n.in(7))));
}

void importQLinearConv(Node &n) {
  Parameters x = readParameters(n, 1, 2), w = readParameters(n, 4, 5),
             y = readParameters(n, 6, 7);
  n.requireRank(0, rankAtLeast(3));
  n.requireRank(3, rankAtLeast(3));
  for (unsigned i : {1u, 2u, 6u, 7u})
    requireScalar(n, i);
  checkParameters(n, 3, 4, 5, 0);
  if (n.has(8))
    n.requireShape(8, n.shape(3)[0], ", one entry for each output channel");
  Value bias;
  if (n.has(8)) // int32 of scale x_scale * w_scale
    bias = n.mul(n.cast(n.in(8), n.f32()), n.mul(x.scale, w.scale));
  Value result = buildConv(n, dequantize(n, n.in(0), x, 1),
                           dequantize(n, n.in(3), w, 0), bias);
  n.set(quantize(n, result, y, 1, Node::elementOf(n.in(7))));
}

} // namespace dlc::import
