//===- LowerUnary.cpp - Elementwise ops of one operand --------------------===//

#include "codegen/lower/Build.h"
#include "codegen/lower/ElementwiseLowering.h"
#include "codegen/lower/Patterns.h"
#include "codegen/lower/Scalar.h"
#include "dialects/nn/NnOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;

namespace dlc::lower {

template <typename OpT>
static Value emitAs(ImplicitLocOpBuilder &b, Operation *, ValueRange args) {
  return OpT::create(b, args[0]);
}

static Type elementType(Operation *op) {
  return getElementTypeOrSelf(op->getOperand(0));
}

static Value emitAbs(ImplicitLocOpBuilder &b, Operation *op, ValueRange args) {
  if (isa<FloatType>(elementType(op)))
    return math::AbsFOp::create(b, args[0]);
  if (scalar::isUnsigned(elementType(op)))
    return args[0];
  return math::AbsIOp::create(b, args[0]);
}

static Value emitNeg(ImplicitLocOpBuilder &b, Operation *op, ValueRange args) {
  Type type = elementType(op);
  if (isa<FloatType>(type))
    return arith::NegFOp::create(b, args[0]);
  return scalar::sub(b, scalar::constant(b, type, 0), args[0]);
}

static Value emitReciprocal(ImplicitLocOpBuilder &b, Operation *op,
                            ValueRange args) {
  Type type = elementType(op);
  return scalar::div(b, type, scalar::constant(b, type, 1), args[0]);
}

/// 1/(1 + exp(-x)): exp overflows to infinity where the result is 0, and the
/// relative error stays that of exp for negative x. Not in half precision:
/// there exp overflows where the result is not 0 yet.
static Value emitSigmoid(ImplicitLocOpBuilder &b, Operation *op,
                         ValueRange args) {
  Type type = elementType(op), inner = sumType(type);
  Value x = scalar::cast(b, args[0], type, inner);
  Value one = scalar::constant(b, inner, 1);
  Value exp = math::ExpOp::create(b, arith::NegFOp::create(b, x));
  Value result = arith::DivFOp::create(b, one, scalar::add(b, one, exp));
  return scalar::cast(b, result, inner, type);
}

static Value emitRelu(ImplicitLocOpBuilder &b, Operation *op, ValueRange args) {
  Type type = elementType(op);
  return scalar::atLeast(b, op, type, args[0], scalar::constant(b, type, 0));
}

static Value emitSign(ImplicitLocOpBuilder &b, Operation *op, ValueRange args) {
  Type type = elementType(op);
  Value x = args[0], zero = scalar::constant(b, type, 0);
  Value positive = scalar::compare(b, type, scalar::Order::Greater, x, zero);
  // What is neither above nor below 0 (0, NaN) is its own sign.
  Value result =
      arith::SelectOp::create(b, positive, scalar::constant(b, type, 1), x);
  if (scalar::isUnsigned(type))
    return result;
  Value negative = scalar::compare(b, type, scalar::Order::Less, x, zero);
  return arith::SelectOp::create(b, negative, scalar::constant(b, type, -1),
                                 result);
}

/// Logical for i1, bitwise for wider integers.
static Value emitNot(ImplicitLocOpBuilder &b, Operation *op, ValueRange args) {
  Type type = signless(elementType(op));
  APInt ones = APInt::getAllOnes(type.getIntOrFloatBitWidth());
  return arith::XOrIOp::create(
      b, args[0], arith::ConstantOp::create(b, b.getIntegerAttr(type, ones)));
}

static Value emitIsNan(ImplicitLocOpBuilder &b, Operation *, ValueRange args) {
  return arith::CmpFOp::create(b, arith::CmpFPredicate::UNO, args[0], args[0]);
}

void populateUnaryPatterns(TypeConverter &converter,
                           RewritePatternSet &patterns) {
  addElementwise(converter, patterns,
                 {{nn::AbsOp::getOperationName(), emitAbs},
                  {nn::NegOp::getOperationName(), emitNeg},
                  {nn::ExpOp::getOperationName(), emitAs<math::ExpOp>},
                  {nn::LogOp::getOperationName(), emitAs<math::LogOp>},
                  {nn::SqrtOp::getOperationName(), emitAs<math::SqrtOp>},
                  {nn::ReciprocalOp::getOperationName(), emitReciprocal},
                  {nn::SinOp::getOperationName(), emitAs<math::SinOp>},
                  {nn::CosOp::getOperationName(), emitAs<math::CosOp>},
                  {nn::TanOp::getOperationName(), emitAs<math::TanOp>},
                  {nn::AsinOp::getOperationName(), emitAs<math::AsinOp>},
                  {nn::AcosOp::getOperationName(), emitAs<math::AcosOp>},
                  {nn::AtanOp::getOperationName(), emitAs<math::AtanOp>},
                  {nn::SinhOp::getOperationName(), emitAs<math::SinhOp>},
                  {nn::CoshOp::getOperationName(), emitAs<math::CoshOp>},
                  {nn::AsinhOp::getOperationName(), emitAs<math::AsinhOp>},
                  {nn::AcoshOp::getOperationName(), emitAs<math::AcoshOp>},
                  {nn::AtanhOp::getOperationName(), emitAs<math::AtanhOp>},
                  {nn::TanhOp::getOperationName(), emitAs<math::TanhOp>},
                  {nn::ErfOp::getOperationName(), emitAs<math::ErfOp>},
                  {nn::SigmoidOp::getOperationName(), emitSigmoid},
                  {nn::ReluOp::getOperationName(), emitRelu},
                  {nn::FloorOp::getOperationName(), emitAs<math::FloorOp>},
                  {nn::CeilOp::getOperationName(), emitAs<math::CeilOp>},
                  {nn::RoundOp::getOperationName(), emitAs<math::RoundEvenOp>},
                  {nn::SignOp::getOperationName(), emitSign},
                  {nn::NotOp::getOperationName(), emitNot},
                  {nn::BitNotOp::getOperationName(), emitNot},
                  {nn::IsNanOp::getOperationName(), emitIsNan}});
}

} // namespace dlc::lower
