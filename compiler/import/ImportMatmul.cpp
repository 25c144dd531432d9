//===- ImportMatmul.cpp - Matrix products ---------------------------------===//

#include "compiler/import/Importers.h"

using namespace mlir;

namespace dlc::import {

namespace {
/// numpy.matmul: a vector on the left is a row, one on the right a column, and
/// the dimension that was added goes away again.
Value matmulOf(Node &n, Value a, Value b) {
  int64_t rankA = Node::rankOf(a), rankB = Node::rankOf(b);
  if (rankA == 0 || rankB == 0)
    n.fail("a scalar cannot be multiplied as a matrix");
  if (rankA == 1)
    a = n.reshape(a, {1, Node::shapeOf(a)[0]});
  if (rankB == 1)
    b = n.reshape(b, {Node::shapeOf(b)[0], 1});
  Value product = n.matmul(a, b);
  Ints shape(Node::shapeOf(product));
  if (rankB == 1)
    shape.pop_back();
  if (rankA == 1)
    shape.erase(shape.end() - (rankB == 1 ? 1 : 2));
  return n.reshape(product, shape);
}
} // namespace

void importMatMul(Node &n) { n.set(matmulOf(n, n.in(0), n.in(1))); }

void importMatMulInteger(Node &n) {
  auto centred = [&](unsigned operand, unsigned zeroPoint, bool rows) {
    Value wide = n.cast(n.in(operand), n.i32());
    if (!n.has(zeroPoint))
      return wide;
    Value zero = n.cast(n.in(zeroPoint), n.i32());
    // One zero point for each row of A.
    if (rows && Node::rankOf(zero) == 1 && Node::shapeOf(zero)[0] > 1)
      zero = n.reshape(zero, {Node::shapeOf(zero)[0], 1});
    return n.sub(wide, zero);
  };
  n.set(matmulOf(n, centred(0, 2, true), centred(1, 3, false)));
}

void importGemm(Node &n) {
  for (unsigned i : {0u, 1u})
    if (n.rank(i) != 2)
      n.fail("its operands must be matrices, not of rank " + Twine(n.rank(i)));
  auto oriented = [&](unsigned i, StringRef flag) {
    return n.boolAttr(flag, false) ? n.transpose(n.in(i), {1, 0}) : n.in(i);
  };
  Value product = n.matmul(oriented(0, "transA"), oriented(1, "transB"));
  double alpha = n.floatAttr("alpha", 1), beta = n.floatAttr("beta", 1);
  if (alpha != 1)
    product = n.mul(product, alpha);
  if (n.has(2)) {
    Value sum = n.add(product, beta == 1 ? n.in(2) : n.mul(n.in(2), beta));
    if (Node::shapeOf(sum) != Node::shapeOf(product))
      n.fail("input 'C' does not broadcast to the product's shape");
    product = sum;
  }
  n.set(product);
}

} // namespace dlc::import
