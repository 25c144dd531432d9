//===- ImportGatherBlocks.cpp - Rows of weights in blocks -----------------===//
//
// Domain com.microsoft; ContribOperators.md of onnxruntime defines it.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/checks/Indices.h"
#include "compiler/import/fused/Fused.h"
#include "compiler/import/fused/PackedIntegers.h"
#include "compiler/import/operators/Quantisation.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace dlc::import {

namespace {
/// onnxruntime's GatherBlockQuantized: rows of a table of integers, as real
/// numbers. Bytes hold 8 / bits integers along the last dimension.
class BlockGather {
public:
  explicit BlockGather(Node &n) : n(n), shape(n.shape()) {
    n.requireRank(0, rankAtLeast(2));
    rank = n.rank();
    axis = n.axisAttr("gather_axis", 0, rank);
    along = n.axisAttr("quantize_axis", 1, rank);
    block = n.intAttr("block_size", 128, {16, kMaxSize});
    if (!llvm::isPowerOf2_64(block))
      n.fail("attribute 'block_size' is " + Twine(block) +
             ", but must be a power of two");
    if (axis == along)
      n.fail("gather_axis and quantize_axis are both " + Twine(axis) +
             ", but rows can be taken out of whole blocks only; quantise along "
             "another axis");
    inBytes = n.element().isUnsignedInteger(8);
    bits = n.intAttr("bits", 4, {2, 8});
    if (!inBytes)
      bits = 4;
    if (!llvm::isPowerOf2_64(bits))
      n.fail("attribute 'bits' is " + Twine(bits) + ", but must be 2, 4 or 8");
    if (inBytes && along != rank - 1)
      n.fail("quantize_axis is " + Twine(along) +
             ", but must be the last of bytes that hold " + Twine(8 / bits) +
             " integers each, " + Twine(rank - 1));
    if (inBytes)
      shape.back() *= 8 / bits;
  }

  Value run() {
    Ints blocks = shape;
    blocks[along] = llvm::divideCeilSigned(shape[along], block);
    n.requireShape(2, blocks, ", one entry for each block");
    checkBlockScale(n, 0, 2);
    checkIndices(n, 1, axis);
    Quantisation q;
    q.scale = take(n.in(2));
    q.zeroPoint = zeroPoints(blocks);
    q.axis = along + (axis < along ? n.rank(1) - 1 : 0);
    return inBlocks(
        n, take(integers(0, shape)), q, block,
        [&](Value x, const Quantisation &of) { return dequantize(n, x, of); });
  }

private:
  Value take(Value from) {
    return n.make<nn::GatherOp>({from, n.in(1)}, n.attr("axis", axis));
  }

  /// Operand `operand`, whose integers have this shape.
  Value integers(unsigned operand, const Ints &logical) {
    if (!inBytes) {
      n.requireShape(operand, logical);
      return n.in(operand);
    }
    int64_t columns = logical.back(), rows = 1;
    for (int64_t size : ArrayRef(logical).drop_back())
      rows *= size;
    int64_t stride = llvm::divideCeilSigned(columns * bits, 8);
    Ints packed = logical;
    packed.back() = stride;
    n.requireShape(operand, packed);
    return n.reshape(unpackIntegers(n, operand, bits, rows, columns, stride),
                     logical);
  }

  /// None is 0; in bytes, the middle.
  Value zeroPoints(const Ints &blocks) {
    if (n.has(3))
      return take(integers(3, blocks));
    if (!inBytes)
      return {};
    Type type = IntegerType::get(n.context(), bits, IntegerType::Unsigned);
    return take(n.splat(blocks, type, double(int64_t(1) << (bits - 1))));
  }

  Node &n;
  Ints shape;
  int64_t rank = 0, axis = 0, along = 0, block = 0, bits = 0;
  bool inBytes = false;
};
} // namespace

void importGatherBlockQuantized(Node &n) { n.set(BlockGather(n).run()); }

} // namespace dlc::import
