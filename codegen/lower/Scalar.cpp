//===- Scalar.cpp - Arithmetic on one element -----------------------------===//

#include "codegen/lower/Scalar.h"
#include "codegen/lower/Build.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Matchers.h"
#include "targets/description/TargetAttr.h"

using namespace mlir;

namespace dlc::lower::scalar {

bool isUnsigned(Type type) {
  return type.isUnsignedInteger() || type.isInteger(1);
}

Value constant(ImplicitLocOpBuilder &b, Type type, double value) {
  if (isa<FloatType>(type))
    return arith::ConstantOp::create(b, b.getFloatAttr(type, value));
  return arith::ConstantOp::create(
      b, b.getIntegerAttr(signless(type), static_cast<int64_t>(value)));
}

TypedAttr zero(Builder &b, Type type) { return b.getZeroAttr(signless(type)); }

TypedAttr one(Builder &b, Type type) { return b.getOneAttr(signless(type)); }

static TypedAttr extreme(Builder &b, Type type, bool highest) {
  if (auto real = dyn_cast<FloatType>(type))
    return b.getFloatAttr(
        type, APFloat::getInf(real.getFloatSemantics(), /*Negative=*/!highest));
  unsigned width = type.getIntOrFloatBitWidth();
  APInt value = isUnsigned(type) ? (highest ? APInt::getMaxValue(width)
                                            : APInt::getMinValue(width))
                                 : (highest ? APInt::getSignedMaxValue(width)
                                            : APInt::getSignedMinValue(width));
  auto stored = mlir::cast<IntegerType>(signless(type));
  return b.getIntegerAttr(stored, isUnsigned(type)
                                      ? value.zextOrTrunc(stored.getWidth())
                                      : value.sextOrTrunc(stored.getWidth()));
}

TypedAttr lowest(Builder &b, Type type) { return extreme(b, type, false); }

TypedAttr highest(Builder &b, Type type) { return extreme(b, type, true); }

static bool isFloat(Value x) { return isa<FloatType>(x.getType()); }

Value add(ImplicitLocOpBuilder &b, Value x, Value y) {
  if (isFloat(x))
    return arith::AddFOp::create(b, x, y, arith::FastMathFlags::contract);
  return arith::AddIOp::create(b, x, y);
}

Value sub(ImplicitLocOpBuilder &b, Value x, Value y) {
  if (isFloat(x))
    return arith::SubFOp::create(b, x, y, arith::FastMathFlags::contract);
  return arith::SubIOp::create(b, x, y);
}

Value mul(ImplicitLocOpBuilder &b, Value x, Value y) {
  if (isFloat(x))
    return arith::MulFOp::create(b, x, y, arith::FastMathFlags::contract);
  return arith::MulIOp::create(b, x, y);
}

Value div(ImplicitLocOpBuilder &b, Type type, Value x, Value y) {
  if (isFloat(x))
    return arith::DivFOp::create(b, x, y);
  if (isUnsigned(type))
    return arith::DivUIOp::create(b, x, y);
  return arith::DivSIOp::create(b, x, y);
}

/// Whether the larger of x and the constant is an instruction that gives NaN
/// exactly where x is NaN.
static bool isInstruction(Operation *op, Value x, Value bound) {
  FloatAttr constant;
  if (!isFloat(x) || !matchPattern(bound, m_Constant(&constant)) ||
      constant.getValue().isNaN())
    return false;
  auto module = op->getParentOfType<ModuleOp>();
  return module && targets::getTargetInfo(module).maximum;
}

Value atLeast(ImplicitLocOpBuilder &b, Operation *op, Type type, Value x,
              Value low) {
  if (isInstruction(op, x, low))
    return max(b, type, x, low);
  Value below = compare(b, type, Order::Less, x, low);
  return arith::SelectOp::create(b, below, low, x);
}

Value atMost(ImplicitLocOpBuilder &b, Operation *op, Type type, Value x,
             Value high) {
  if (isInstruction(op, x, high))
    return min(b, type, x, high);
  Value above = compare(b, type, Order::Greater, x, high);
  return arith::SelectOp::create(b, above, high, x);
}

Value max(ImplicitLocOpBuilder &b, Type type, Value x, Value y) {
  if (isFloat(x))
    return arith::MaximumFOp::create(b, x, y);
  if (isUnsigned(type))
    return arith::MaxUIOp::create(b, x, y);
  return arith::MaxSIOp::create(b, x, y);
}

Value min(ImplicitLocOpBuilder &b, Type type, Value x, Value y) {
  if (isFloat(x))
    return arith::MinimumFOp::create(b, x, y);
  if (isUnsigned(type))
    return arith::MinUIOp::create(b, x, y);
  return arith::MinSIOp::create(b, x, y);
}

Value multiplyAdd(ImplicitLocOpBuilder &b, Type xType, Type yType, Value x,
                  Value y, Value accumulator) {
  Type type = accumulator.getType();
  return add(b, accumulator,
             mul(b, cast(b, x, xType, type), cast(b, y, yType, type)));
}

Value compare(ImplicitLocOpBuilder &b, Type type, Order order, Value x,
              Value y) {
  using arith::CmpFPredicate;
  using arith::CmpIPredicate;
  if (isFloat(x)) {
    static constexpr CmpFPredicate predicates[] = {
        CmpFPredicate::OEQ, CmpFPredicate::OLT, CmpFPredicate::OLE,
        CmpFPredicate::OGT, CmpFPredicate::OGE};
    return arith::CmpFOp::create(b, predicates[static_cast<int>(order)], x, y);
  }
  static constexpr CmpIPredicate predicates[2][5] = {
      {CmpIPredicate::eq, CmpIPredicate::slt, CmpIPredicate::sle,
       CmpIPredicate::sgt, CmpIPredicate::sge},
      {CmpIPredicate::eq, CmpIPredicate::ult, CmpIPredicate::ule,
       CmpIPredicate::ugt, CmpIPredicate::uge}};
  return arith::CmpIOp::create(
      b, predicates[isUnsigned(type)][static_cast<int>(order)], x, y);
}

static Value castToBool(ImplicitLocOpBuilder &b, Value x) {
  Value zero = arith::ConstantOp::create(b, b.getZeroAttr(x.getType()));
  if (isFloat(x))
    return arith::CmpFOp::create(b, arith::CmpFPredicate::UNE, x, zero);
  return arith::CmpIOp::create(b, arith::CmpIPredicate::ne, x, zero);
}

/// `x` may be wider than `from`, whose values it holds.
static Value castInteger(ImplicitLocOpBuilder &b, Value x, Type from, Type to) {
  unsigned fromBits = x.getType().getIntOrFloatBitWidth();
  unsigned toBits = to.getIntOrFloatBitWidth();
  if (fromBits == toBits)
    return x;
  if (fromBits > toBits)
    return arith::TruncIOp::create(b, to, x);
  if (isUnsigned(from))
    return arith::ExtUIOp::create(b, to, x);
  return arith::ExtSIOp::create(b, to, x);
}

static Value castFloat(ImplicitLocOpBuilder &b, Value x, Type to) {
  Type from = x.getType();
  unsigned fromBits = from.getIntOrFloatBitWidth();
  unsigned toBits = to.getIntOrFloatBitWidth();
  if (from == to)
    return x;
  if (fromBits < toBits)
    return arith::ExtFOp::create(b, to, x);
  if (fromBits > toBits)
    return arith::TruncFOp::create(b, to, x);
  // f16 and bf16 hold different numbers in as many bits.
  return arith::TruncFOp::create(b, to,
                                 arith::ExtFOp::create(b, b.getF32Type(), x));
}

Value cast(ImplicitLocOpBuilder &b, Value x, Type from, Type to) {
  Type result = signless(to);
  bool fromFloat = isa<FloatType>(from), toFloat = isa<FloatType>(to);
  if (from == to)
    return x;
  if (to.isInteger(1))
    return castToBool(b, x);
  if (fromFloat && toFloat)
    return castFloat(b, x, result);
  if (!fromFloat && !toFloat)
    return castInteger(b, x, from, result);
  if (fromFloat && isUnsigned(to))
    return arith::FPToUIOp::create(b, result, x);
  if (fromFloat)
    return arith::FPToSIOp::create(b, result, x);
  if (isUnsigned(from))
    return arith::UIToFPOp::create(b, result, x);
  return arith::SIToFPOp::create(b, result, x);
}

Value position(ImplicitLocOpBuilder &b, Value index, int64_t size) {
  Value x = arith::IndexCastOp::create(b, b.getIndexType(), index);
  Value zero = createIndex(b, 0);
  Value negative = arith::CmpIOp::create(b, arith::CmpIPredicate::slt, x, zero);
  Value fromEnd = arith::AddIOp::create(b, x, createIndex(b, size));
  Value wrapped = arith::SelectOp::create(b, negative, fromEnd, x);
  Value bounded = arith::MaxSIOp::create(b, wrapped, zero);
  return arith::MinSIOp::create(b, bounded, createIndex(b, size - 1));
}

} // namespace dlc::lower::scalar
