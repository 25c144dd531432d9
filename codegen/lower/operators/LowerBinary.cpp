//===- LowerBinary.cpp - Elementwise ops of two operands ------------------===//

#include "codegen/lower/Build.h"
#include "codegen/lower/ElementwiseLowering.h"
#include "codegen/lower/Patterns.h"
#include "codegen/lower/Scalar.h"
#include "dialects/nn/Constants.h"
#include "dialects/nn/Declarations.h"
#include "dialects/nn/NnOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;

namespace dlc::lower {

static Type elementType(Operation *op) {
  return getElementTypeOrSelf(op->getOperand(0));
}

template <Value (*emit)(ImplicitLocOpBuilder &, Type, Value, Value)>
static Value emitTyped(ImplicitLocOpBuilder &b, Operation *op,
                       ValueRange args) {
  return emit(b, elementType(op), args[0], args[1]);
}

template <typename OpT>
static Value emitAs(ImplicitLocOpBuilder &b, Operation *, ValueRange args) {
  return OpT::create(b, args[0], args[1]);
}

/// The elements in the accumulator's type, where there is one.
template <typename OpT>
static SmallVector<Value> widened(ImplicitLocOpBuilder &b, Operation *op,
                                  ValueRange args) {
  SmallVector<Value> values(args.take_front(2));
  if (std::optional<Type> accumulator = cast<OpT>(op).getAccumulator())
    for (auto [value, operand] : llvm::zip_equal(values, op->getOperands()))
      value =
          scalar::cast(b, value, getElementTypeOrSelf(operand), *accumulator);
  return values;
}

static Value emitMul(ImplicitLocOpBuilder &b, Operation *op, ValueRange args) {
  SmallVector<Value> values = widened<nn::MulOp>(b, op, args);
  return scalar::mul(b, values[0], values[1]);
}

//===----------------------------------------------------------------------===//
// add, sub
//===----------------------------------------------------------------------===//

/// Whether an operand of `user` is the same in each run.
static bool isWeight(Operation *user, Value value) {
  while (Operation *op = value.getDefiningOp()) {
    if (!isa<nn::ReshapeOp, nn::BroadcastOp, nn::TransposeOp>(op))
      return op->hasTrait<OpTrait::ConstantLike>();
    value = op->getOperand(0);
  }
  // One of a loop's body may be another in each step.
  auto argument = cast<BlockArgument>(value);
  auto function = user->getParentOfType<func::FuncOp>();
  return function && argument.getOwner() == &function.front() &&
         nn::constantAttr.isAt(function, argument.getArgNumber());
}

/// A sum may be fused with a product that is one of its operands, which is then
/// not rounded, if the other one is a weight. Otherwise that may be a product
/// too, as in mean(x * x) - mean(x) * mean(x): where they cancel, half of the
/// rounding error would be left, below 0 as often as above, for a root to read.
template <typename NnOp, typename FloatOp,
          Value (*emit)(ImplicitLocOpBuilder &, Value, Value)>
static Value emitSum(ImplicitLocOpBuilder &b, Operation *op, ValueRange args) {
  bool mayFuse = llvm::any_of(
      op->getOperands(), [&](Value operand) { return isWeight(op, operand); });
  if (isa<FloatType>(elementType(op)) && !mayFuse)
    return FloatOp::create(b, args[0], args[1]);
  SmallVector<Value> values = widened<NnOp>(b, op, args);
  return emit(b, values[0], values[1]);
}

//===----------------------------------------------------------------------===//
// pow
//===----------------------------------------------------------------------===//

/// x^exponent for an exponent known to be a small integer, 1/2 or -1; null for
/// others.
static Value emitConstantPow(ImplicitLocOpBuilder &b, Type type, Value x,
                             double exponent) {
  if (exponent == 1)
    return x;
  if (exponent == 2 || exponent == 3) {
    Value square = scalar::mul(b, x, x);
    return exponent == 2 ? square : scalar::mul(b, square, x);
  }
  if (!isa<FloatType>(type))
    return {};
  // sqrt(-0) is -0 and sqrt(-inf) NaN where pow gives 0 and inf.
  if (exponent == -1)
    return scalar::div(b, type, scalar::constant(b, type, 1), x);
  return {};
}

/// Square and multiply over all bits of the exponent.
static Value emitIntegerPow(ImplicitLocOpBuilder &b, Type type, Value base,
                            Value exponent) {
  Value result = scalar::constant(b, type, 1);
  unsigned bits = type.getIntOrFloatBitWidth();
  for (unsigned bit = 0; bit < bits; ++bit) {
    Type signlessType = signless(type);
    Value mask = arith::ConstantOp::create(
        b, b.getIntegerAttr(signlessType, APInt::getOneBitSet(bits, bit)));
    Value masked = arith::AndIOp::create(b, exponent, mask);
    Value isSet = arith::CmpIOp::create(b, arith::CmpIPredicate::ne, masked,
                                        scalar::constant(b, type, 0));
    Value multiplied = scalar::mul(b, result, base);
    result = arith::SelectOp::create(b, isSet, multiplied, result);
    base = scalar::mul(b, base, base);
  }
  return result;
}

static Value emitPow(ImplicitLocOpBuilder &b, Operation *op, ValueRange args) {
  Type type = elementType(op);
  if (std::optional<double> exponent = nn::splatOf(op->getOperand(1)))
    if (Value result = emitConstantPow(b, type, args[0], *exponent))
      return result;
  if (isa<FloatType>(type))
    return math::PowFOp::create(b, args[0], args[1]);
  return emitIntegerPow(b, type, args[0], args[1]);
}

//===----------------------------------------------------------------------===//
// mod
//===----------------------------------------------------------------------===//

static Value emitMod(ImplicitLocOpBuilder &b, Operation *op, ValueRange args) {
  Type type = elementType(op);
  Value x = args[0], y = args[1];
  if (isa<FloatType>(type))
    return arith::RemFOp::create(b, x, y);
  if (scalar::isUnsigned(type))
    return arith::RemUIOp::create(b, x, y);
  Value rest = arith::RemSIOp::create(b, x, y);
  if (cast<nn::ModOp>(op).getFmod())
    return rest;
  // The remainder has the dividend's sign; ONNX asks for the divisor's.
  Value zero = scalar::constant(b, type, 0);
  Value differ = arith::CmpIOp::create(b, arith::CmpIPredicate::slt,
                                       arith::XOrIOp::create(b, rest, y), zero);
  Value notZero =
      arith::CmpIOp::create(b, arith::CmpIPredicate::ne, rest, zero);
  Value wrong = arith::AndIOp::create(b, differ, notZero);
  return arith::SelectOp::create(b, wrong, scalar::add(b, rest, y), rest);
}

//===----------------------------------------------------------------------===//
// Others
//===----------------------------------------------------------------------===//

/// A shift by the width or more leaves nothing; in LLVM it is undefined.
static Value guardShift(ImplicitLocOpBuilder &b, Type type, Value shifted,
                        Value amount) {
  Value width = scalar::constant(b, type, type.getIntOrFloatBitWidth());
  Value inRange =
      arith::CmpIOp::create(b, arith::CmpIPredicate::ult, amount, width);
  return arith::SelectOp::create(b, inRange, shifted,
                                 scalar::constant(b, type, 0));
}

static Value emitShiftLeft(ImplicitLocOpBuilder &b, Operation *op,
                           ValueRange args) {
  Value shifted = arith::ShLIOp::create(b, args[0], args[1]);
  return guardShift(b, elementType(op), shifted, args[1]);
}

static Value emitShiftRight(ImplicitLocOpBuilder &b, Operation *op,
                            ValueRange args) {
  Value shifted;
  if (scalar::isUnsigned(elementType(op)))
    shifted = arith::ShRUIOp::create(b, args[0], args[1]);
  else
    shifted = arith::ShRSIOp::create(b, args[0], args[1]);
  return guardShift(b, elementType(op), shifted, args[1]);
}

static Value emitPrelu(ImplicitLocOpBuilder &b, Operation *op,
                       ValueRange args) {
  Type type = elementType(op);
  Value zero = scalar::constant(b, type, 0);
  Value negative = scalar::compare(b, type, scalar::Order::Less, args[0], zero);
  Value scaled = scalar::mul(b, args[0], args[1]);
  return arith::SelectOp::create(b, negative, scaled, args[0]);
}

static Value emitCompare(ImplicitLocOpBuilder &b, Operation *op,
                         ValueRange args) {
  auto order = [&] {
    switch (cast<nn::CompareOp>(op).getPredicate()) {
    case nn::ComparePredicate::EQ:
      return scalar::Order::Equal;
    case nn::ComparePredicate::LT:
      return scalar::Order::Less;
    case nn::ComparePredicate::LE:
      return scalar::Order::LessOrEqual;
    case nn::ComparePredicate::GT:
      return scalar::Order::Greater;
    case nn::ComparePredicate::GE:
      return scalar::Order::GreaterOrEqual;
    }
    llvm_unreachable("unknown predicate");
  }();
  return scalar::compare(b, elementType(op), order, args[0], args[1]);
}

void populateBinaryPatterns(TypeConverter &converter,
                            RewritePatternSet &patterns) {
  addElementwise(converter, patterns,
                 {{nn::AddOp::getOperationName(),
                   emitSum<nn::AddOp, arith::AddFOp, scalar::add>},
                  {nn::SubOp::getOperationName(),
                   emitSum<nn::SubOp, arith::SubFOp, scalar::sub>},
                  {nn::MulOp::getOperationName(), emitMul},
                  {nn::DivOp::getOperationName(), emitTyped<scalar::div>},
                  {nn::PowOp::getOperationName(), emitPow},
                  {nn::MinOp::getOperationName(), emitTyped<scalar::min>},
                  {nn::MaxOp::getOperationName(), emitTyped<scalar::max>},
                  {nn::ModOp::getOperationName(), emitMod},
                  {nn::AndOp::getOperationName(), emitAs<arith::AndIOp>},
                  {nn::OrOp::getOperationName(), emitAs<arith::OrIOp>},
                  {nn::XorOp::getOperationName(), emitAs<arith::XOrIOp>},
                  {nn::BitAndOp::getOperationName(), emitAs<arith::AndIOp>},
                  {nn::BitOrOp::getOperationName(), emitAs<arith::OrIOp>},
                  {nn::BitXorOp::getOperationName(), emitAs<arith::XOrIOp>},
                  {nn::ShiftLeftOp::getOperationName(), emitShiftLeft},
                  {nn::ShiftRightOp::getOperationName(), emitShiftRight},
                  {nn::PreluOp::getOperationName(), emitPrelu},
                  {nn::CompareOp::getOperationName(), emitCompare}});
}

} // namespace dlc::lower
