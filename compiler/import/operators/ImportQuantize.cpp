//===- ImportQuantize.cpp - Quantised tensors of ONNX ---------------------===//

#include "compiler/import/Importers.h"
#include "compiler/import/operators/Quantisation.h"

using namespace mlir;

namespace dlc::import {

namespace {
/// Of QuantizeLinear and DequantizeLinear: their parameters, and the size of
/// the blocks that these are for (0: none). The axis matters only where there
/// is more than one pair.
std::pair<Quantisation, int64_t> linearQuantisation(Node &n) {
  int64_t block = n.intAttr("block_size", 0, kSizeOrZero);
  if (block == 0 && Node::typeOf(n.in(1)).getNumElements() == 1) {
    n.intAttr("axis", 1, kAnyInteger);
    return {scalarQuantisation(n, 1, 2), 0};
  }
  int64_t axis = n.axisAttr("axis", 1, n.rank());
  if (block == 0)
    return {axisQuantisation(n, 0, 1, 2, axis), 0};
  return {blockQuantisation(n, 0, 1, 2, axis, block), block};
}

/// The type of QuantizeLinear's result: of the zero point, else asked for.
Type storageType(Node &n) {
  Type absent = IntegerType::get(n.context(), 8, IntegerType::Unsigned);
  if (n.has(2))
    absent = n.element(2);
  Type asked = n.typeAttr("output_dtype", absent);
  auto number = [&] {
    return Twine(n.intAttr("output_dtype", 0, kAnyInteger));
  };
  if (n.has(2) && asked != absent)
    n.fail("attribute 'output_dtype' is " + number() +
           ", which is not the type of input 'y_zero_point'");
  if (!asked.isIntOrIndex() || asked.isInteger(1) ||
      asked.getIntOrFloatBitWidth() > 16)
    n.fail("attribute 'output_dtype' is " + number() +
           ", which is not an integer type of 2 to 16 bits");
  return asked;
}
} // namespace

void importQuantizeLinear(Node &n) {
  if (!isa<FloatType>(n.element(1)))
    n.fail("input 'y_scale' holds integers, which is not supported; make it "
           "a float");
  auto [q, block] = linearQuantisation(n);
  Type storage = storageType(n);
  n.boolAttr("saturate", true); // of 8-bit floats
  Type precision = n.typeAttr("precision", n.element(1));
  if (!isa<FloatType>(precision))
    n.fail("attribute 'precision' is " +
           Twine(n.intAttr("precision", 0, kAnyInteger)) +
           ", which is not a floating-point type");
  q.scale = n.cast(q.scale, precision);
  Value x = n.cast(n.in(), precision);
  auto convert = [&, storage = storage](Value part, const Quantisation &of) {
    return quantize(n, part, of, storage);
  };
  n.set(block == 0 ? convert(x, q) : inBlocks(n, x, q, block, convert));
}

void importDequantizeLinear(Node &n) {
  auto [q, block] = linearQuantisation(n);
  auto convert = [&](Value part, const Quantisation &of) {
    return dequantize(n, part, of);
  };
  Value x =
      block == 0 ? convert(n.in(), q) : inBlocks(n, n.in(), q, block, convert);
  Type asked = n.typeAttr("output_dtype", Node::elementOf(x));
  if (!isa<FloatType>(asked))
    n.fail("attribute 'output_dtype' is " +
           Twine(n.intAttr("output_dtype", 0, kAnyInteger)) +
           ", which is not a floating-point type");
  n.set(n.cast(x, asked));
}

void importDynamicQuantizeLinear(Node &n) {
  Dynamic dynamic = dynamicQuantisation(n, n.in());
  n.set(0, dynamic.quantised);
  n.set(1, dynamic.quantisation.scale);
  n.set(2, dynamic.quantisation.zeroPoint);
}

void importQLinearMatMul(Node &n) {
  for (unsigned i : {0u, 3u})
    n.requireRank(i, rankAtLeast(1));
  // Vectors are a row on the left and a column on the right.
  Ints a(n.shape(0)), b(n.shape(3));
  if (a.size() == 1)
    a.insert(a.begin(), 1);
  if (b.size() == 1)
    b.push_back(1);
  checkProduct(n, a, b);
  // Half-precision scales do not make a half-precision product.
  auto single = [&](Quantisation q) {
    q.scale = n.cast(q.scale, n.f32());
    return q;
  };
  Quantisation left = single(matrixQuantisation(n, a, 1, 2, /*rows=*/true));
  Quantisation right = single(matrixQuantisation(n, b, 4, 5, /*rows=*/false));
  Value product = n.matmul(dequantize(n, n.reshape(n.in(0), a), left),
                           dequantize(n, n.reshape(n.in(3), b), right));
  Ints shape(Node::shapeOf(product));
  Quantisation y = single(matrixQuantisation(n, shape, 6, 7, /*rows=*/true));
  if (n.rank(3) == 1)
    shape.pop_back();
  if (n.rank(0) == 1)
    shape.erase(shape.end() - (n.rank(3) == 1 ? 1 : 2));
  n.set(n.reshape(quantize(n, product, y, n.element(7)), shape));
}

void importQLinearConv(Node &n) {
  n.requireRank(0, rankAtLeast(3));
  n.requireRank(3, rankAtLeast(3));
  Quantisation x = scalarQuantisation(n, 1, 2);
  Quantisation w = axisQuantisation(n, 3, 4, 5, 0);
  Quantisation y = scalarQuantisation(n, 6, 7);
  Value bias;
  if (n.has(8)) {
    n.requireShape(8, n.shape(3)[0], ", one entry for each output channel");
    bias = dequantizeBias(n, 8, x, w);
  }
  bool channelsLast = n.boolAttr("channels_last", false); // com.microsoft
  Value input = dequantize(n, n.in(0), x), filter = dequantize(n, n.in(3), w);
  if (channelsLast)
    input = n.moveAxis(input, n.rank() - 1, 1);
  Value result = buildConv(n, input, filter, bias);
  if (channelsLast)
    result = n.moveAxis(result, 1, n.rank() - 1);
  n.set(quantize(n, result, y, n.element(7)));
}

} // namespace dlc::import
