//===- ImportMatmul.cpp - Matrix products ---------------------------------===//

#include "compiler/import/Importers.h"
#include "compiler/import/checks/BiasScale.h"

using namespace mlir;

namespace dlc::import {

void checkProduct(Node &n, ArrayRef<int64_t> a, ArrayRef<int64_t> b) {
  if (a.back() != b[b.size() - 2])
    n.fail("shapes " + shapeText(a) + " and " + shapeText(b) +
           " cannot be multiplied: the left matrix has " +
           counted(a.back(), "column", "columns") + ", the right one " +
           counted(b[b.size() - 2], "row", "rows"));
  if (!nn::broadcastShapes(a.drop_back(2), b.drop_back(2)))
    n.fail("shapes " + shapeText(a) + " and " + shapeText(b) +
           " cannot be multiplied: the dimensions before the matrices do not "
           "broadcast");
}

Value buildMatmul(Node &n, Value a, Value b, const Sums &sums) {
  int64_t rankA = Node::rankOf(a), rankB = Node::rankOf(b);
  if (rankA == 0 || rankB == 0)
    n.fail("a scalar cannot be multiplied as a matrix; Mul multiplies by it");
  if (rankA == 1)
    a = n.reshape(a, {1, Node::shapeOf(a)[0]});
  if (rankB == 1)
    b = n.reshape(b, {Node::shapeOf(b)[0], 1});
  checkProduct(n, Node::shapeOf(a), Node::shapeOf(b));
  Value product = n.matmul(a, b, sums);
  Ints shape(Node::shapeOf(product));
  if (rankB == 1)
    shape.pop_back();
  if (rankA == 1)
    shape.erase(shape.end() - (rankB == 1 ? 1 : 2));
  return n.reshape(product, shape);
}

namespace {
/// A scalar, a vector along the rows or columns, or one of these for each
/// matrix: [..., M, 1] or [..., 1, N].
void checkZeroPoint(Node &n, unsigned operand, unsigned zeroPoint, bool rows) {
  ArrayRef<int64_t> matrix = n.shape(operand), zero = n.shape(zeroPoint);
  if (n.rank(zeroPoint) == 0 || zero == ArrayRef<int64_t>{1})
    return;
  if (n.rank(operand) >= 2) {
    int64_t along = matrix[matrix.size() - (rows ? 2 : 1)];
    Ints each(matrix);
    each[matrix.size() - (rows ? 1 : 2)] = 1;
    if (zero == ArrayRef<int64_t>{along} || zero == ArrayRef<int64_t>(each))
      return;
  }
  n.fail(n.inputText(zeroPoint) + " has the shape " + shapeText(zero) +
         ", which does not fit " + n.inputText(operand) + " of shape " +
         shapeText(matrix) +
         "; it must be a scalar or have one entry for each " +
         (rows ? "row" : "column"));
}
} // namespace

void importMatMul(Node &n) { n.set(buildMatmul(n, n.in(0), n.in(1))); }

void importMatMulInteger(Node &n) {
  auto zeroPoint = [&](unsigned operand, unsigned index, bool rows) {
    if (!n.has(index))
      return Value();
    checkZeroPoint(n, operand, index, rows);
    Value zero = n.in(index);
    if (Node::typeOf(zero).getNumElements() == 1)
      return n.reshape(zero, {});
    // One zero point for each row of A.
    if (rows && Node::rankOf(zero) == 1)
      zero = n.reshape(zero, {Node::shapeOf(zero)[0], 1});
    return zero;
  };
  n.set(buildMatmul(n, n.in(0), n.in(1),
                    {n.i32(), zeroPoint(0, 2, true), zeroPoint(1, 3, false)}));
}

Value buildGemm(Node &n) {
  for (unsigned i : {0u, 1u})
    n.requireRank(i, {2, 2});
  auto oriented = [&](unsigned i, StringRef flag) {
    return n.boolAttr(flag, false) ? n.transpose(n.in(i), {1, 0}) : n.in(i);
  };
  Value a = oriented(0, "transA"), b = oriented(1, "transB");
  checkProduct(n, Node::shapeOf(a), Node::shapeOf(b));
  Value product = n.matmul(a, b);
  double alpha = n.floatAttr("alpha", 1), beta = n.floatAttr("beta", 1);
  if (alpha != 1)
    product = n.mul(product, alpha);
  if (n.has(2)) {
    if (alpha == 1 && beta == 1)
      warnOfBiasScale(n, n.in(0), n.in(1), n.in(2));
    ArrayRef<int64_t> shape = Node::shapeOf(product);
    auto joint = nn::broadcastShapes(shape, n.shape(2));
    if (!joint || ArrayRef<int64_t>(*joint) != shape)
      n.fail("input 'C' of shape " + shapeText(n.shape(2)) +
             " does not broadcast to the product's shape " + shapeText(shape));
    product = n.add(product, beta == 1 ? n.in(2) : n.mul(n.in(2), beta));
  }
  return product;
}

void importGemm(Node &n) { n.set(buildGemm(n)); }

} // namespace dlc::import
