//===- ImportQuantisedMatmul.cpp - onnxruntime's products of integers -----===//
//
// Domain com.microsoft; ContribOperators.md of onnxruntime defines them.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/Importers.h"
#include "compiler/import/fused/PackedIntegers.h"
#include "compiler/import/operators/Quantisation.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace dlc::import {

void importQGemm(Node &n) {
  for (unsigned i : {0u, 3u})
    n.requireRank(i, {2, 2});
  bool transA = n.boolAttr("transA", false),
       transB = n.boolAttr("transB", false);
  Quantisation a = scalarQuantisation(n, 1, 2);
  // Vectors are one entry for each column of the product.
  Quantisation b = axisQuantisation(n, 3, 4, 5, transB ? 0 : 1);
  // The product's factor, which counts for C as well.
  if (double alpha = n.floatAttr("alpha", 1); alpha != 1)
    a.scale = n.mul(a.scale, alpha);
  auto oriented = [&](Value x, bool transposed) {
    return transposed ? n.transpose(x, {1, 0}) : x;
  };
  Value left = oriented(dequantize(n, n.in(0), a), transA);
  Value right = oriented(dequantize(n, n.in(3), b), transB);
  checkProduct(n, Node::shapeOf(left), Node::shapeOf(right));
  Value y = n.matmul(left, right);
  if (n.has(6)) {
    ArrayRef<int64_t> shape = Node::shapeOf(y);
    auto joint = nn::broadcastShapes(shape, n.shape(6));
    if (!joint || ArrayRef<int64_t>(*joint) != shape)
      n.fail("input 'C' of shape " + shapeText(n.shape(6)) +
             " does not broadcast to the product's shape " + shapeText(shape));
    y = n.add(y, dequantizeBias(n, 6, a, b));
  }
  if (n.has(7) != n.has(8))
    n.fail("input 'y_scale' and input 'y_zero_point' must be given both or "
           "not at all");
  n.set(n.has(7) ? quantize(n, y, scalarQuantisation(n, 7, 8), n.element(8))
                 : y);
}

namespace {
/// left times operand 1, which has these parameters, plus operand `bias`.
void setProduct(Node &n, Value left, unsigned scale, unsigned zeroPoint,
                unsigned bias) {
  n.requireRank(1, rankAtLeast(2));
  Quantisation b =
      matrixQuantisation(n, n.shape(1), scale, zeroPoint, /*rows=*/false);
  Value product = buildMatmul(n, left, dequantize(n, n.in(1), b));
  if (n.has(bias)) {
    n.requireShape(bias, n.shape(1).take_back(1),
                   ", one entry for each column");
    product = n.add(product, n.in(bias));
  }
  n.set(product);
}
} // namespace

void importMatMulIntegerToFloat(Node &n) {
  setProduct(n, dequantize(n, n.in(0), scalarQuantisation(n, 2, 4)), 3, 5, 6);
}

void importDynamicQuantizeMatMul(Node &n) {
  Dynamic a = dynamicQuantisation(n, n.in(0));
  setProduct(n, dequantize(n, a.quantised, a.quantisation), 2, 3, 4);
}

//===----------------------------------------------------------------------===//
// Weights in blocks
//===----------------------------------------------------------------------===//

namespace {
/// The weights' shape: N columns of the product, K rows of it in blocks.
struct Blocks {
  int64_t columns, rows, size, bits;

  int64_t count() const { return llvm::divideCeilSigned(rows, size); }
  /// Bytes of one column's zero points.
  int64_t zeroPointBytes() const { return (count() * bits + 7) / 8; }
};

Blocks readBlocks(Node &n) {
  Blocks blocks{n.intAttr("N", 0, kSize), n.intAttr("K", 0, kSize),
                n.intAttr("block_size", 0, {16, kMaxSize}),
                n.intAttr("bits", 4, {2, 8})};
  if (!llvm::isPowerOf2_64(blocks.size))
    n.fail("attribute 'block_size' is " + Twine(blocks.size) +
           ", but must be a power of two");
  if (!llvm::isPowerOf2_64(blocks.bits))
    n.fail("attribute 'bits' is " + Twine(blocks.bits) +
           ", but must be 2, 4 or 8");
  n.ignore({"accuracy_level"}); // by how much onnxruntime may round
  if (n.intAttr("weight_prepacked", 0, kAnyInteger) != 0)
    n.fail("weights packed for one device (weight_prepacked) are not "
           "supported; export the model without");
  n.requireShape(
      1, {blocks.columns, blocks.count(), blocks.size * blocks.bits / 8});
  return blocks;
}

/// Operand `i` holds numbers in `each` entries for each column of the product,
/// as one vector or in rows.
void requireRows(Node &n, unsigned i, int64_t columns, int64_t each) {
  if (n.shape(i) != ArrayRef<int64_t>{columns * each})
    n.requireShape(i, {columns, each}, " or " + shapeText({columns * each}));
}

Quantisation readBlockParameters(Node &n, const Blocks &blocks) {
  Quantisation q;
  q.axis = 1;
  requireRows(n, 2, blocks.columns, blocks.count());
  checkBlockScale(n, 1, 2);
  q.scale = n.reshape(n.in(2), {blocks.columns, blocks.count()});
  if (!n.has(3)) {
    Type type =
        IntegerType::get(n.context(), blocks.bits, IntegerType::Unsigned);
    q.zeroPoint = n.splat(Node::shapeOf(q.scale), type, 1 << (blocks.bits - 1));
  } else if (isa<FloatType>(n.element(3))) {
    requireRows(n, 3, blocks.columns, blocks.count());
    q.zeroPoint = n.reshape(n.in(3), Node::shapeOf(q.scale));
  } else {
    requireRows(n, 3, blocks.columns, blocks.zeroPointBytes());
    q.zeroPoint = unpackIntegers(n, 3, blocks.bits, blocks.columns,
                                 blocks.count(), blocks.zeroPointBytes());
  }
  return q;
}
} // namespace

void importMatMulNBits(Node &n) {
  Blocks blocks = readBlocks(n);
  if (n.has(4))
    n.fail("input 'g_idx' is not supported; export the model with blocks of "
           "neighbouring weights");
  n.requireRank(0, rankAtLeast(1));
  if (n.shape().back() != blocks.rows)
    n.fail("input 'A' has the shape " + shapeText(n.shape()) +
           ", but its last dimension must be " + Twine(blocks.rows) +
           ", attribute 'K'");
  Quantisation q = readBlockParameters(n, blocks);
  Value weights =
      unpackIntegers(n, 1, blocks.bits, blocks.columns, blocks.rows,
                     blocks.count() * blocks.size * blocks.bits / 8);
  Value real = inBlocks(
      n, weights, q, blocks.size,
      [&](Value x, const Quantisation &of) { return dequantize(n, x, of); });
  Value y = buildMatmul(n, n.in(0), n.transpose(real, {1, 0}));
  if (n.has(5)) {
    n.requireShape(5, {blocks.columns}, ", one entry for each column");
    y = n.add(y, n.in(5));
  }
  n.set(y);
}

} // namespace dlc::import
