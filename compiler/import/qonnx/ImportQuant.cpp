//===- ImportQuant.cpp - Rounding to grids of few bits --------------------===//
//
// QONNX's operators give real numbers. Where their grid is one that
// QuantizeLinear has too, a narrower one within it, they are imported as that
// with its inverse, so that the network computes in integers.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/operators/Quantisation.h"
#include "compiler/import/qonnx/Qonnx.h"
#include "llvm/ADT/StringExtras.h"
#include <cmath>

using namespace mlir;

namespace dlc::import {

bool isQonnxDomain(llvm::StringRef domain) {
  return domain == "qonnx.custom_op.general" || domain == "onnx.brevitas" ||
         domain == "finn.custom_op.general";
}

//===----------------------------------------------------------------------===//
// The grid
//===----------------------------------------------------------------------===//

namespace {
/// The integers of a grid.
struct Grid {
  int64_t bits;
  bool isSigned, isNarrow;

  /// -1 and 1 in place of two's complement.
  bool isBipolar() const { return isSigned && bits == 1; }
  int64_t lowest() const {
    return isSigned ? -(int64_t(1) << (bits - 1)) + isNarrow : 0;
  }
  int64_t highest() const {
    return isSigned ? (int64_t(1) << (bits - 1)) - 1
                    : (int64_t(1) << bits) - 1 - isNarrow;
  }
};

/// Widths are floats in QONNX.
int64_t readBits(Node &n, unsigned operand) {
  constexpr int64_t kMostBits = 32;
  if (Node::typeOf(n.in(operand)).getNumElements() != 1)
    n.fail(n.inputText(operand) + " has the shape " +
           shapeText(n.shape(operand)) +
           ", but widths that differ within a tensor are not supported");
  double bits = n.constantFloats(operand).front();
  if (!(bits >= 1 && bits <= kMostBits) || bits != std::floor(bits))
    n.fail(n.inputText(operand) + " is " +
           (std::isnan(bits) ? "NaN" : textOf(bits)) +
           ", but must be a whole number of bits in [1, " + Twine(kMostBits) +
           "]");
  return static_cast<int64_t>(bits);
}

Grid readGrid(Node &n, unsigned bits) {
  return {readBits(n, bits), n.boolAttr("signed", true),
          n.boolAttr("narrow", false)};
}

std::string roundingMode(Node &n, StringRef absent) {
  return StringRef(n.stringAttr("rounding_mode", absent)).upper();
}
bool isHalfEven(StringRef mode) {
  return mode == "ROUND" || mode == "HALF_EVEN";
}

/// x rounded to whole numbers.
Value rounded(Node &n, Value x, StringRef mode) {
  auto away = [&](auto &&whole) {
    Value magnitude = n.unary<nn::AbsOp>(x);
    return n.mul(n.unary<nn::SignOp>(x), whole(magnitude));
  };
  if (isHalfEven(mode))
    return n.unary<nn::RoundOp>(x);
  if (mode == "CEIL")
    return n.unary<nn::CeilOp>(x);
  if (mode == "FLOOR")
    return n.unary<nn::FloorOp>(x);
  if (mode == "UP")
    return away([&](Value v) { return n.unary<nn::CeilOp>(v); });
  if (mode == "DOWN")
    return away([&](Value v) { return n.unary<nn::FloorOp>(v); });
  if (mode == "HALF_UP")
    return away([&](Value v) { return n.unary<nn::FloorOp>(n.add(v, 0.5)); });
  if (mode == "HALF_DOWN")
    return away([&](Value v) { return n.unary<nn::CeilOp>(n.sub(v, 0.5)); });
  n.fail("attribute 'rounding_mode' is '" + mode +
         "', but must be one of ROUND, HALF_EVEN, CEIL, FLOOR, UP, DOWN, "
         "HALF_UP, HALF_DOWN");
}

/// 1 where x is 0 or more, else -1, as `element`.
Value signOf(Node &n, Value x, Type element) {
  Value isPositive = n.compare(nn::ComparePredicate::GE, x, n.scalarLike(x, 0));
  return n.select(isPositive, n.scalar(element, 1), n.scalar(element, -1));
}

void requireBroadcastsTo(Node &n, unsigned operand) {
  auto joint = nn::broadcastShapes(n.shape(), n.shape(operand));
  if (!joint || ArrayRef<int64_t>(*joint) != n.shape())
    n.fail(n.inputText(operand) + " of shape " + shapeText(n.shape(operand)) +
           " does not broadcast to the shape " + shapeText(n.shape()) + " of " +
           n.inputText(0));
}
} // namespace

//===----------------------------------------------------------------------===//
// As QuantizeLinear
//===----------------------------------------------------------------------===//

namespace {
/// Operand `scale` as QuantizeLinear has it, one or one along an axis; nullopt
/// where it is neither.
std::optional<Quantisation> linearScale(Node &n, unsigned scale) {
  Quantisation q;
  Ints shape;
  for (auto [i, size] : llvm::enumerate(n.shape(scale))) {
    if (size == 1)
      continue;
    if (!shape.empty())
      return std::nullopt;
    shape.push_back(size);
    q.axis = n.rank() - n.rank(scale) + static_cast<int64_t>(i);
  }
  q.scale = n.reshape(n.in(scale), shape);
  return q;
}

/// The parameters of QuantizeLinear that say the same, nullopt where there are
/// none. QONNX adds the zero point before it rounds, which comes to the same
/// for even ones only.
std::optional<Quantisation> asLinear(Node &n, Type storage, const Grid &grid) {
  std::optional<Quantisation> q = linearScale(n, 1);
  if (!q || !n.isConstant(2))
    return std::nullopt;
  SmallVector<double> zeros = n.constantFloats(2);
  double zero = zeros.empty() ? 0 : zeros.front();
  if (!llvm::all_equal(zeros) || std::fmod(zero, 2) != 0 ||
      zero < static_cast<double>(grid.lowest()) ||
      zero > static_cast<double>(grid.highest()))
    return std::nullopt;
  if (zero != 0)
    q->zeroPoint = n.splat(Node::shapeOf(q->scale), storage, zero);
  return q;
}

Type storageOf(Node &n, const Grid &grid) {
  return IntegerType::get(n.context(), grid.bits <= 8 ? 8 : 16,
                          grid.isSigned ? IntegerType::Signless
                                        : IntegerType::Unsigned);
}

/// Biases of 32 bits, whose integers are known.
bool isBias(Node &n, const Grid &grid, const Quantisation &q) {
  return n.isConstant(0) && grid.isSigned && grid.bits > 16 && !q.zeroPoint;
}
} // namespace

void importQuant(Node &n) {
  for (unsigned i : {1u, 2u})
    requireBroadcastsTo(n, i);
  checkScale(n, 1);
  checkFloatZeroPoint(n, 2);
  Grid grid = readGrid(n, 3);
  Value x = n.in(0), scale = n.in(1), zero = n.in(2);
  std::string mode = roundingMode(n, "ROUND");
  Type storage = storageOf(n, grid);
  if (std::optional<Quantisation> q = asLinear(n, storage, grid);
      q && isHalfEven(mode) && !grid.isBipolar()) {
    if (grid.bits <= 16) {
      Value integers = quantize(n, x, *q, storage);
      if (grid.bits != storage.getIntOrFloatBitWidth() || grid.isNarrow)
        integers = n.clip(integers, grid.lowest(), grid.highest());
      return n.set(n.cast(dequantize(n, integers, *q), n.element()));
    }
    if (isBias(n, grid, *q)) {
      Value whole = n.cast(n.div(x, scale), n.f64());
      whole =
          n.unary<nn::RoundOp>(n.clip(whole, grid.lowest(), grid.highest()));
      return n.set(
          n.cast(dequantize(n, n.cast(whole, n.i32()), *q), n.element()));
    }
  }
  Value moved = n.add(n.div(x, scale), zero);
  Value whole =
      grid.isBipolar()
          ? signOf(n, moved, n.element())
          : rounded(n, n.clip(moved, grid.lowest(), grid.highest()), mode);
  n.set(n.mul(n.sub(whole, zero), scale));
}

//===----------------------------------------------------------------------===//
// Signs, and grids made coarser
//===----------------------------------------------------------------------===//

void importBipolarQuant(Node &n) {
  requireBroadcastsTo(n, 1);
  checkScale(n, 1);
  Type storage = IntegerType::get(n.context(), 8);
  if (std::optional<Quantisation> q = linearScale(n, 1))
    return n.set(
        n.cast(dequantize(n, signOf(n, n.in(0), storage), *q), n.element()));
  n.set(n.mul(signOf(n, n.in(0), n.element()), n.in(1)));
}

void importTrunc(Node &n) {
  std::string mode = roundingMode(n, "FLOOR");
  // Version 2 has the result's scale for its width alone.
  bool hasScale = n.opset() >= 2;
  unsigned resultBits = hasScale ? 5 : 4;
  for (unsigned i : {1u, 2u})
    requireBroadcastsTo(n, i);
  checkScale(n, 1);
  checkFloatZeroPoint(n, 2);
  int64_t from = readBits(n, 3), to = readBits(n, resultBits);
  Value scale = n.in(1), zero = n.in(2);
  Value whole = n.unary<nn::RoundOp>(n.add(n.div(n.in(0), scale), zero));
  if (!hasScale) {
    double step = std::ldexp(1.0, static_cast<int>(from - to));
    whole = rounded(n, n.div(whole, step), mode);
    return n.set(n.mul(n.sub(whole, zero), scale));
  }
  requireBroadcastsTo(n, 4);
  checkScale(n, 4);
  for (unsigned i : {1u, 4u})
    if (Node::typeOf(n.in(i)).getNumElements() != 1)
      n.fail(n.inputText(i) + " has the shape " + shapeText(n.shape(i)) +
             ", but must be one number");
  // The steps' ratio is a power of two.
  double ratio = n.constantFloat(4) / n.constantFloat(1);
  double step = std::exp2(std::nearbyint(std::log2(ratio)));
  Grid grid = readGrid(n, resultBits);
  whole = n.clip(n.div(whole, step), grid.lowest(), grid.highest());
  whole = rounded(n, whole, mode);
  n.set(n.mul(n.sub(whole, n.div(zero, step)), n.in(4)));
}

} // namespace dlc::import
