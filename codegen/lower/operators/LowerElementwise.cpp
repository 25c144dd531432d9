//===- LowerElementwise.cpp - Elementwise ops to parallel generics --------===//
//
// The one pattern of all elementwise ops, and those with one or three operands
// that also have attributes: clip, cast, select, is_inf.
//
//===----------------------------------------------------------------------===//

#include "codegen/lower/Build.h"
#include "codegen/lower/ElementwiseLowering.h"
#include "codegen/lower/Patterns.h"
#include "codegen/lower/Scalar.h"
#include "dialects/nn/search/NnSearchOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;

namespace dlc::lower {

LogicalResult ElementwiseLowering::matchAndRewrite(
    Operation *op, ArrayRef<Value> operands,
    ConversionPatternRewriter &rewriter) const {
  ImplicitLocOpBuilder b(op->getLoc(), rewriter);
  auto type = cast<RankedTensorType>(signless(op->getResult(0).getType()));
  SmallVector<AffineMap> maps;
  for (Value operand : operands)
    maps.push_back(
        broadcastMap(shapeOf(operand), type.getShape(), op->getContext()));
  rewriter.replaceOp(
      op, createParallel(b, type, operands, maps,
                         [&](ImplicitLocOpBuilder &b, ValueRange arguments) {
                           return emit(b, op, arguments);
                         }));
  return success();
}

void addElementwise(TypeConverter &converter, RewritePatternSet &patterns,
                    ArrayRef<std::pair<StringRef, EmitFn>> emitters) {
  for (auto [name, emit] : emitters)
    patterns.add<ElementwiseLowering>(converter, name, emit,
                                      patterns.getContext());
}

/// Clamps an integer bound into the element type, so that it converts exactly.
static Value integerBound(ImplicitLocOpBuilder &b, Type type, double bound) {
  unsigned bits = type.getIntOrFloatBitWidth();
  APSInt value(bits, scalar::isUnsigned(type));
  bool exact;
  // Out of range saturates.
  APFloat(bound).convertToInteger(value, APFloat::rmTowardZero, &exact);
  return arith::ConstantOp::create(
      b, b.getIntegerAttr(signless(type), static_cast<APInt>(value)));
}

static Value emitClip(ImplicitLocOpBuilder &b, Operation *op, ValueRange args) {
  auto clip = cast<nn::ClipOp>(op);
  Type type = clip.getInput().getType().getElementType();
  Value x = args[0];
  auto bound = [&](llvm::APFloat value) {
    return isa<FloatType>(type)
               ? scalar::constant(b, type, value.convertToDouble())
               : integerBound(b, type, value.convertToDouble());
  };
  if (auto min = clip.getMin())
    x = scalar::atLeast(b, op, type, x, bound(*min));
  if (auto max = clip.getMax())
    x = scalar::atMost(b, op, type, x, bound(*max));
  return x;
}

static Value emitCast(ImplicitLocOpBuilder &b, Operation *op, ValueRange args) {
  return scalar::cast(b, args[0], getElementTypeOrSelf(op->getOperand(0)),
                      getElementTypeOrSelf(op->getResult(0)));
}

static Value emitBitCast(ImplicitLocOpBuilder &b, Operation *op,
                         ValueRange args) {
  Type type = signless(getElementTypeOrSelf(op->getResult(0)));
  if (args[0].getType() == type)
    return args[0];
  return arith::BitcastOp::create(b, type, args[0]);
}

static Value emitSelect(ImplicitLocOpBuilder &b, Operation *, ValueRange args) {
  return arith::SelectOp::create(b, args[0], args[1], args[2]);
}

static Value emitIsInf(ImplicitLocOpBuilder &b, Operation *op,
                       ValueRange args) {
  auto isInf = cast<nn::IsInfOp>(op);
  Type type = args[0].getType();
  auto equals = [&](TypedAttr value) {
    return scalar::compare(b, type, scalar::Order::Equal, args[0],
                           arith::ConstantOp::create(b, value));
  };
  Value result = arith::ConstantOp::create(b, b.getBoolAttr(false));
  if (isInf.getDetectPositive())
    result = arith::OrIOp::create(b, result, equals(scalar::highest(b, type)));
  if (isInf.getDetectNegative())
    result = arith::OrIOp::create(b, result, equals(scalar::lowest(b, type)));
  return result;
}

void populateElementwisePatterns(TypeConverter &converter,
                                 RewritePatternSet &patterns) {
  addElementwise(converter, patterns,
                 {{nn::ClipOp::getOperationName(), emitClip},
                  {nn::CastOp::getOperationName(), emitCast},
                  {nn::BitCastOp::getOperationName(), emitBitCast},
                  {nn::SelectOp::getOperationName(), emitSelect},
                  {nn::IsInfOp::getOperationName(), emitIsInf}});
}

} // namespace dlc::lower
