//===- Quantisation.cpp - Integers that stand for real numbers ------------===//

#include "compiler/import/operators/Quantisation.h"
#include "llvm/ADT/Sequence.h"
#include "llvm/Support/MathExtras.h"
#include <cmath>

using namespace mlir;

namespace dlc::import {

/// Fails unless the operand's numbers, as far as they are known, are such.
static void requireNumbers(Node &n, unsigned operand, bool (*isOne)(double),
                           StringRef should) {
  if (!n.isConstant(operand) || !isa<FloatType>(n.element(operand)))
    return;
  for (auto [i, value] : llvm::enumerate(n.constantFloats(operand)))
    if (!isOne(value))
      n.fail(n.inputText(operand) + " holds " +
             (std::isnan(value) ? "NaN" : textOf(value)) + " (entry " +
             Twine(i) + "), but " + should + "; quantise the model again");
}

static bool isFinite(double value) { return std::isfinite(value); }

void checkScale(Node &n, unsigned scale) {
  auto isOne = [](double value) {
    // Below it some devices compute with 0.
    constexpr double kSmallest = std::numeric_limits<float>::min();
    return value >= kSmallest && std::isfinite(value);
  };
  requireNumbers(n, scale, isOne,
                 "scales must be positive, finite and not denormal");
}

void checkFloatZeroPoint(Node &n, unsigned zeroPoint) {
  requireNumbers(n, zeroPoint, isFinite, "zero points must be finite");
}

void checkBlockScale(Node &n, unsigned tensor, unsigned scale) {
  if (!n.isConstant(tensor))
    return checkScale(n, scale);
  requireNumbers(n, scale, isFinite, "scales of weights must be finite");
}

namespace {
/// Of int32, which are biases: ONNX has no zero point for them but 0.
void checkZeroPoint(Node &n, unsigned zeroPoint) {
  if (!n.isConstant(zeroPoint) || !n.element(zeroPoint).isInteger(32))
    return;
  for (int64_t value : n.constantInts(zeroPoint, kAnyInteger))
    if (value != 0)
      n.fail(n.inputText(zeroPoint) + " holds " + Twine(value) +
             ", but that of int32 must be 0");
}

bool isOne(Value value) { return Node::typeOf(value).getNumElements() == 1; }

/// The operands; scalars may come as [1].
Quantisation read(Node &n, unsigned scale, unsigned zeroPoint) {
  checkScale(n, scale);
  Quantisation q;
  q.scale = isOne(n.in(scale)) ? n.reshape(n.in(scale), {}) : n.in(scale);
  if (!n.has(zeroPoint))
    return q;
  checkZeroPoint(n, zeroPoint);
  q.zeroPoint = n.in(zeroPoint);
  if (isOne(q.zeroPoint))
    q.zeroPoint = n.reshape(q.zeroPoint, {});
  return q;
}

void requireSameShape(Node &n, unsigned scale, unsigned zeroPoint) {
  if (!n.has(zeroPoint) || n.shape(zeroPoint) == n.shape(scale) ||
      (isOne(n.in(scale)) && isOne(n.in(zeroPoint))))
    return;
  n.fail(n.inputText(zeroPoint) + " has the shape " +
         shapeText(n.shape(zeroPoint)) + ", but must have " +
         shapeText(n.shape(scale)) + " as " + n.inputText(scale) + " has");
}
} // namespace

Quantisation scalarQuantisation(Node &n, unsigned scale, unsigned zeroPoint) {
  for (unsigned i : {scale, zeroPoint})
    if (n.has(i) && !isOne(n.in(i)))
      n.requireShape(i, {});
  return read(n, scale, zeroPoint);
}

Quantisation axisQuantisation(Node &n, unsigned tensor, unsigned scale,
                              unsigned zeroPoint, int64_t axis) {
  ArrayRef<int64_t> shape = n.shape(scale);
  if (!isOne(n.in(scale)) && shape != n.shape(tensor).slice(axis, 1))
    n.fail(n.inputText(scale) + " has the shape " + shapeText(shape) +
           ", but must be a scalar or have " +
           counted(n.shape(tensor)[axis], "entry", "entries") +
           " as dimension " + Twine(axis) + " of " + n.inputText(tensor) +
           " has");
  requireSameShape(n, scale, zeroPoint);
  Quantisation q = read(n, scale, zeroPoint);
  q.axis = axis;
  return q;
}

Quantisation matrixQuantisation(Node &n, ArrayRef<int64_t> shape,
                                unsigned scale, unsigned zeroPoint, bool rows) {
  int64_t rank = shape.size(), axis = rank - (rows ? 2 : 1);
  Ints each(shape);
  each[rank - (rows ? 1 : 2)] = 1;
  bool vector = n.shape(scale) == shape.slice(axis, 1);
  bool broadcast = !vector && n.shape(scale) == ArrayRef<int64_t>(each);
  if (!isOne(n.in(scale)) && !vector && !broadcast)
    n.fail(n.inputText(scale) + " has the shape " + shapeText(n.shape(scale)) +
           ", but must be a scalar or have " + shapeText(shape.slice(axis, 1)) +
           " or " + shapeText(each) + ", one entry for each " +
           (rows ? "row" : "column"));
  requireSameShape(n, scale, zeroPoint);
  Quantisation q = read(n, scale, zeroPoint);
  q.axis = axis;
  q.isBroadcast = broadcast && !isOne(n.in(scale));
  return q;
}

//===----------------------------------------------------------------------===//
// To real numbers and back
//===----------------------------------------------------------------------===//

Quantisation blockQuantisation(Node &n, unsigned tensor, unsigned scale,
                               unsigned zeroPoint, int64_t axis,
                               int64_t block) {
  Ints expected(n.shape(tensor));
  expected[axis] = llvm::divideCeilSigned(expected[axis], block);
  n.requireShape(scale, expected,
                 ": blocks of " + Twine(block) + " along dimension " +
                     Twine(axis) + " of " + n.inputText(tensor) +
                     ", which has " + shapeText(n.shape(tensor)));
  if (n.has(zeroPoint))
    n.requireShape(zeroPoint, expected, " as " + n.inputText(scale) + " has");
  checkBlockScale(n, tensor, scale);
  Quantisation q{n.in(scale), Value(), axis, /*isBroadcast=*/true};
  if (n.has(zeroPoint)) {
    checkZeroPoint(n, zeroPoint);
    q.zeroPoint = n.in(zeroPoint);
  }
  return q;
}

namespace {
SmallVector<Value> operandsOf(Value x, const Quantisation &q) {
  SmallVector<Value> operands{x, q.scale};
  if (q.zeroPoint)
    operands.push_back(q.zeroPoint);
  return operands;
}
} // namespace

Value dequantize(Node &n, Value x, const Quantisation &q) {
  if (!q.isBroadcast)
    return n.make<nn::DequantizeOp>(operandsOf(x, q), n.attr("axis", q.axis));
  // Zero points are integers, or real numbers (MatMulNBits). The difference of
  // integers is exact in 32 bits, for all that has a zero point.
  bool isReal = q.zeroPoint && isa<FloatType>(Node::elementOf(q.zeroPoint));
  Value wide = n.cast(x, isReal ? n.f32() : n.i32());
  if (q.zeroPoint)
    wide = n.sub(wide, n.cast(q.zeroPoint, Node::elementOf(wide)));
  Value result = n.mul(n.cast(wide, n.f32()), n.cast(q.scale, n.f32()));
  return n.cast(result, Node::elementOf(q.scale));
}

Value quantize(Node &n, Value x, const Quantisation &q, Type storage) {
  auto type = RankedTensorType::get(Node::shapeOf(x), storage);
  // Floats of 16 bits do not hold all integers of 16.
  bool isNarrow = Node::elementOf(x).getIntOrFloatBitWidth() == 16 &&
                  storage.getIntOrFloatBitWidth() == 16;
  if (!q.isBroadcast && !isNarrow)
    return n.makeAs<nn::QuantizeOp>(type, operandsOf(x, q),
                                    n.attr("axis", q.axis));
  auto spread = [&](Value v) {
    return q.isBroadcast || Node::rankOf(v) == 0
               ? v
               : n.alongAxis(v, Node::rankOf(x), q.axis);
  };
  Value quotient = n.div(x, spread(q.scale));
  Value whole = n.unary<nn::RoundOp>(n.cast(quotient, n.f32()));
  if (q.zeroPoint)
    whole = n.add(whole, n.cast(spread(q.zeroPoint), n.f32()));
  return n.makeAs<nn::QuantizeOp>(type, {whole, n.scalar(n.f32(), 1)},
                                  n.attr("axis", int64_t(0)));
}

Value inBlocks(
    Node &n, Value x, const Quantisation &q, int64_t block,
    llvm::function_ref<Value(Value x, const Quantisation &q)> convert) {
  int64_t axis = q.axis, size = Node::shapeOf(x)[axis];
  auto part = [&](Value v, int64_t start, int64_t count) {
    Ints starts(Node::rankOf(v), 0), sizes(Node::shapeOf(v));
    starts[axis] = start;
    sizes[axis] = count;
    return n.slice(v, starts, sizes);
  };
  // `count` elements from `start`, in blocks of `width`.
  auto blocks = [&](int64_t start, int64_t count, int64_t width) {
    auto split = [&](Value v, int64_t inside) {
      Ints shape(Node::shapeOf(v));
      shape[axis] /= inside;
      shape.insert(shape.begin() + axis + 1, inside);
      return n.reshape(v, shape);
    };
    auto parameter = [&](Value v) {
      return v ? split(part(v, start / block, count / width), 1) : v;
    };
    Value piece = part(x, start, count);
    Quantisation each{parameter(q.scale), parameter(q.zeroPoint), axis,
                      /*isBroadcast=*/true};
    Value result = convert(split(piece, width), each);
    return n.reshape(result, Node::shapeOf(piece));
  };
  int64_t rest = size % block, whole = size - rest;
  SmallVector<Value> parts;
  if (whole > 0)
    parts.push_back(blocks(0, whole, block));
  if (rest > 0)
    parts.push_back(blocks(whole, rest, rest));
  return n.concat(parts, axis);
}

Dynamic dynamicQuantisation(Node &n, Value x) {
  Ints all(llvm::to_vector(llvm::seq<int64_t>(0, Node::rankOf(x))));
  Type unsigned8 = IntegerType::get(n.context(), 8, IntegerType::Unsigned);
  Value zero = n.scalarLike(x, 0);
  auto extreme = [&](nn::ReduceKind kind) {
    return all.empty() ? x : n.reduce(kind, x, all, /*keepdims=*/false);
  };
  Value low = n.binary<nn::MinOp>(extreme(nn::ReduceKind::Min), zero);
  Value high = n.binary<nn::MaxOp>(extreme(nn::ReduceKind::Max), zero);
  Value scale = n.div(n.sub(high, low), 255);
  Value isFlat = n.compare(nn::ComparePredicate::EQ, high, low);
  scale = n.select(isFlat, n.scalarLike(x, 1), scale);
  Value least = n.clip(n.sub(zero, n.div(low, scale)), 0, 255);
  Quantisation q;
  q.scale = scale;
  q.zeroPoint = n.cast(n.unary<nn::RoundOp>(least), unsigned8);
  return {q, quantize(n, x, q, unsigned8)};
}

Value dequantizeBias(Node &n, unsigned bias, const Quantisation &x,
                     const Quantisation &w) {
  Quantisation q;
  q.scale = n.mul(x.scale, w.scale);
  q.axis = std::max<int64_t>(0, n.rank(bias) - 1);
  return dequantize(n, n.in(bias), q);
}

} // namespace dlc::import
