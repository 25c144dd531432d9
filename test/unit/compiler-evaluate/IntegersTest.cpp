//===- IntegersTest.cpp - Accumulators and rescaling are exact ------------===//
//
// Compared with fractions of 128 bits and with the sums that the descriptions
// of the ops write, element by element.
//
//===----------------------------------------------------------------------===//

#include "compiler/evaluate/Evaluate.h"
#include "compiler/evaluate/Tensor.h"
#include "dialects/nn/NnOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinOps.h"
#include <gtest/gtest.h>
#include <random>

using namespace mlir;
using namespace dlc;
using evaluate::Tensor;

namespace {

using Wide = __int128;

/// One op on the arguments of a function.
class IntegersTest : public testing::Test {
protected:
  IntegersTest() : builder(&context) {
    context
        .loadDialect<nn::NnDialect, arith::ArithDialect, func::FuncDialect>();
    module = ModuleOp::create(builder.getUnknownLoc());
  }

  int64_t pick(int64_t low, int64_t high) {
    return std::uniform_int_distribution<int64_t>(low, high)(random);
  }

  Type integer(unsigned bits, bool isUnsigned = false) {
    return IntegerType::get(&context, bits,
                            isUnsigned ? IntegerType::Unsigned
                                       : IntegerType::Signless);
  }

  Tensor tensor(ArrayRef<int64_t> shape, Type element,
                ArrayRef<int64_t> values) {
    Tensor result = Tensor::zeros(RankedTensorType::get(shape, element));
    result.store<int64_t>(0, values);
    return result;
  }

  Tensor randomTensor(ArrayRef<int64_t> shape, Type element) {
    Tensor result = Tensor::zeros(RankedTensorType::get(shape, element));
    for (int64_t i = 0; i < result.size(); ++i)
      result.store<int64_t>(i, {pick(INT64_MIN, INT64_MAX)});
    return result;
  }

  template <typename OpT>
  Tensor evaluate(ArrayRef<Tensor> operands,
                  ArrayRef<NamedAttribute> attributes) {
    SmallVector<Type> types;
    for (const Tensor &operand : operands)
      types.push_back(operand.getType());
    Location loc = builder.getUnknownLoc();
    builder.setInsertionPointToEnd(module->getBody());
    auto function =
        func::FuncOp::create(builder, loc, "f" + std::to_string(count++),
                             builder.getFunctionType(types, {}));
    builder.setInsertionPointToStart(function.addEntryBlock());
    auto op = nn::createInferred<OpT>(builder, loc, function.getArguments(),
                                      attributes);
    SmallVector<Tensor> results;
    EXPECT_TRUE(succeeded(op) &&
                succeeded(evaluate::evaluateOp(*op, operands, results)));
    return results.front();
  }

  NamedAttribute named(StringRef name, Attribute value) {
    return builder.getNamedAttr(name, value);
  }
  NamedAttribute entries(StringRef name, ArrayRef<int64_t> values) {
    return named(name, builder.getDenseI64ArrayAttr(values));
  }

  MLIRContext context;
  OpBuilder builder;
  OwningOpRef<ModuleOp> module;
  std::mt19937_64 random{5};
  int count = 0;
};

Wide floorDivide(Wide a, Wide b) {
  Wide q = a / b;
  return a % b != 0 && (a < 0) != (b < 0) ? q - 1 : q;
}

/// numerator / denominator to the nearest integer, halves to even.
Wide roundHalfEven(Wide numerator, Wide denominator) {
  Wide q = floorDivide(2 * numerator + denominator, 2 * denominator);
  bool isHalf = (2 * numerator + denominator) % (2 * denominator) == 0;
  return isHalf && q % 2 != 0 ? q - 1 : q;
}

/// Parameters as docs/decisions/integer-arithmetic.md makes them.
struct Scale {
  int64_t numerator, denominator, zeroPoint, shift;
  int64_t reach; // largest magnitude of an accumulator

  int64_t multiplier() const {
    return int64_t(roundHalfEven(Wide(numerator) << shift, denominator));
  }
  /// A half of this and each accumulator is off by a * error / denominator.
  Wide error() const {
    return Wide(multiplier()) * denominator - (Wide(numerator) << shift);
  }
  bool hasTies() const { return denominator % 2 == 0; }
  int64_t lift() const {
    Wide most = error() < 0 ? -error() * reach : error() * reach;
    return int64_t(-floorDivide(-most, denominator));
  }
  int64_t addend() const {
    int64_t half = shift ? int64_t(1) << (shift - 1) : 0;
    return zeroPoint * (int64_t(1) << shift) + half + (hasTies() ? lift() : 0);
  }
  int64_t tie() const { return hasTies() ? 2 * lift() + 1 : 0; }

  int64_t exact(int64_t accumulator) const {
    Wide q =
        roundHalfEven(Wide(accumulator) * numerator, denominator) + zeroPoint;
    return int64_t(std::clamp<Wide>(q, -128, 127));
  }
};

TEST_F(IntegersTest, RescaleEqualsRealArithmetic) {
  const std::pair<int64_t, int64_t> factors[] = {
      {1, 1},  {1, 2},  {3, 4},   {1, 4},  {1, 16},   {5, 64},
      {1, 36}, {1, 9},  {1, 12},  {7, 18}, {1, 49},   {2, 3},
      {5, 7},  {3, 10}, {1, 100}, {3, 2},  {11, 250}, {355, 113}};
  for (auto [numerator, denominator] : factors)
    for (int64_t zeroPoint : {-128, -3, 0, 2, 55}) {
      Scale scale{numerator, denominator, zeroPoint, /*shift=*/28, 3000};
      SmallVector<int64_t> accumulators, expected;
      for (int64_t a = -scale.reach; a <= scale.reach; ++a) {
        accumulators.push_back(a);
        expected.push_back(scale.exact(a));
      }
      SmallVector<Tensor> operands = {
          tensor({int64_t(accumulators.size())}, integer(32), accumulators),
          tensor({}, integer(32), {scale.multiplier()}),
          tensor({}, integer(64), {scale.addend()}),
          tensor({1}, integer(8), {scale.shift})};
      if (scale.hasTies())
        operands.push_back(tensor({}, integer(32), {scale.tie()}));
      bool odd = scale.hasTies() && zeroPoint % 2 != 0;
      Tensor actual = evaluate<nn::RescaleOp>(
          operands, {named("storage", TypeAttr::get(integer(8))),
                     named("min", builder.getI64IntegerAttr(-128)),
                     named("max", builder.getI64IntegerAttr(127)),
                     named("ties_to_odd", builder.getBoolAttr(odd))});
      EXPECT_EQ(ArrayRef<int64_t>(actual.values<int64_t>()),
                ArrayRef<int64_t>(expected))
          << numerator << "/" << denominator << " zero " << zeroPoint;
    }
}

/// Whatever the parameters are: the formula in 128 bits.
TEST_F(IntegersTest, RescaleIsItsFormula) {
  for (int trial = 0; trial < 300; ++trial) {
    int64_t rows = pick(1, 3), columns = pick(1, 5), size = rows * columns;
    bool isWide = pick(0, 3) == 0;
    Tensor input = randomTensor({rows, columns}, integer(32));
    // In units of 2^-32 where it has 64 bits.
    unsigned bits = pick(0, 1) ? 64 : 32;
    Tensor multiplier = randomTensor({columns}, integer(bits));
    Tensor addend =
        Tensor::zeros(RankedTensorType::get({rows, 1}, integer(64)));
    Tensor shift = Tensor::zeros(RankedTensorType::get({columns}, integer(8)));
    Tensor tie =
        Tensor::zeros(RankedTensorType::get({rows, columns}, integer(32)));
    for (int64_t i = 0; i < rows; ++i)
      addend.store<int64_t>(
          i, {pick(-(int64_t(1) << 62), (int64_t(1) << 62) - 1)});
    for (int64_t i = 0; i < columns; ++i)
      shift.store<int64_t>(i, {isWide ? pick(0, 62) : pick(50, 62)});
    for (int64_t i = 0; i < size; ++i)
      tie.store<int64_t>(i, {pick(0, INT32_MAX)});
    bool odd = pick(0, 1);
    int64_t low = pick(-32768, 32767), high = pick(low, 32767);
    Tensor actual = evaluate<nn::RescaleOp>(
        {input, multiplier, addend, shift, tie},
        {named("storage", TypeAttr::get(integer(16))),
         named("min", builder.getI64IntegerAttr(low)),
         named("max", builder.getI64IntegerAttr(high)),
         named("ties_to_odd", builder.getBoolAttr(odd))});
    auto a = input.values<int64_t>(), m = multiplier.values<int64_t>(),
         c = addend.values<int64_t>(), k = shift.values<int64_t>(),
         t = tie.values<int64_t>(), got = actual.values<int64_t>();
    for (int64_t i = 0; i < size; ++i) {
      int64_t row = i / columns, column = i % columns;
      Wide v = ((Wide(a[i]) * m[column]) >> (bits - 32)) + c[row],
           unit = Wide(1) << k[column];
      Wide q = floorDivide(v, unit);
      if (v - q * unit < t[i] && (q % 2 != 0) != odd)
        --q;
      EXPECT_EQ(got[i], int64_t(std::clamp<Wide>(q, low, high)));
    }
  }
}

/// A convolution over one spatial dimension, by its description.
struct Geometry {
  int64_t batch, channels, features, group, size, kernel, stride, dilation,
      padBegin, padEnd;
  bool first;

  int64_t outputs() const {
    return (size + padBegin + padEnd - (kernel - 1) * dilation - 1) / stride +
           1;
  }
  SmallVector<int64_t> shape(int64_t c, int64_t s) const {
    return first ? SmallVector<int64_t>{batch, c, s}
                 : SmallVector<int64_t>{batch, s, c};
  }
  int64_t at(int64_t c, int64_t s, int64_t n, int64_t channel,
             int64_t position) const {
    return first ? (n * c + channel) * s + position
                 : (n * s + position) * c + channel;
  }
};

TEST_F(IntegersTest, ConvolutionIsItsSum) {
  for (int trial = 0; trial < 200; ++trial) {
    Geometry g{pick(1, 2),     0,          0,          pick(1, 3), pick(4, 9),
               pick(1, 3),     pick(1, 2), pick(1, 2), pick(0, 2), pick(0, 2),
               pick(0, 1) != 0};
    if ((g.kernel - 1) * g.dilation + 1 > g.size + g.padBegin + g.padEnd)
      continue;
    int64_t perGroup = pick(1, 3), filters = pick(1, 3);
    g.channels = g.group * perGroup;
    g.features = g.group * filters;
    const unsigned widths[] = {2, 4, 8, 16};
    Type in = integer(widths[pick(1, 3)], pick(0, 1)),
         of = integer(widths[pick(0, 2)], pick(0, 1)), sum = integer(64);
    bool each = pick(0, 1);
    Tensor input = randomTensor(g.shape(g.channels, g.size), in);
    Tensor filter = randomTensor({g.features, perGroup, g.kernel}, of);
    Tensor bias = randomTensor({g.features}, sum);
    Tensor inputZero = randomTensor({1}, in);
    Tensor filterZero =
        each ? randomTensor({g.features, 1, 1}, of) : randomTensor({}, of);
    Tensor actual = evaluate<nn::ConvOp>(
        {input, filter, bias, inputZero, filterZero},
        {entries("strides", g.stride), entries("pads", {g.padBegin, g.padEnd}),
         entries("dilations", g.dilation),
         named("group", builder.getI64IntegerAttr(g.group)),
         named("layout", nn::LayoutAttr::get(
                             &context, g.first ? nn::Layout::ChannelsFirst
                                               : nn::Layout::ChannelsLast)),
         named("accumulator", TypeAttr::get(sum)),
         named("operandSegmentSizes",
               builder.getDenseI32ArrayAttr({1, 1, 1, 1, 1}))});
    auto x = input.values<int64_t>(), w = filter.values<int64_t>(),
         b = bias.values<int64_t>(), zw = filterZero.values<int64_t>(),
         got = actual.values<int64_t>();
    int64_t zx = inputZero.values<int64_t>()[0];
    for (int64_t n = 0; n < g.batch; ++n)
      for (int64_t f = 0; f < g.features; ++f)
        for (int64_t o = 0; o < g.outputs(); ++o) {
          uint64_t total = b[f];
          for (int64_t c = 0; c < perGroup; ++c)
            for (int64_t k = 0; k < g.kernel; ++k) {
              int64_t position = o * g.stride + k * g.dilation - g.padBegin;
              if (position < 0 || position >= g.size)
                continue;
              int64_t channel = f / filters * perGroup + c;
              total += uint64_t(
                  (x[g.at(g.channels, g.size, n, channel, position)] - zx) *
                  (w[(f * perGroup + c) * g.kernel + k] - zw[each ? f : 0]));
            }
          EXPECT_EQ(got[g.at(g.features, g.outputs(), n, f, o)],
                    int64_t(total));
        }
  }
}

TEST_F(IntegersTest, ProductIsItsSum) {
  for (int trial = 0; trial < 100; ++trial) {
    int64_t m = pick(1, 4), k = pick(1, 9), n = pick(1, 5);
    Type left = integer(8, pick(0, 1)), right = integer(4, pick(0, 1));
    Tensor lhs = randomTensor({2, m, k}, left),
           rhs = randomTensor({k, n}, right);
    Tensor lhsZero = randomTensor({m, 1}, left),
           rhsZero = randomTensor({n}, right);
    Tensor actual = evaluate<nn::MatmulOp>(
        {lhs, rhs, lhsZero, rhsZero},
        {named("accumulator", TypeAttr::get(integer(32))),
         named("operandSegmentSizes",
               builder.getDenseI32ArrayAttr({1, 1, 1, 1}))});
    auto a = lhs.values<int64_t>(), b = rhs.values<int64_t>(),
         za = lhsZero.values<int64_t>(), zb = rhsZero.values<int64_t>(),
         got = actual.values<int64_t>();
    for (int64_t i = 0; i < 2 * m * n; ++i) {
      int64_t row = i / n, column = i % n, total = 0;
      for (int64_t j = 0; j < k; ++j)
        total +=
            (a[row * k + j] - za[row % m]) * (b[j * n + column] - zb[column]);
      EXPECT_EQ(got[i], total);
    }
  }
}

} // namespace
