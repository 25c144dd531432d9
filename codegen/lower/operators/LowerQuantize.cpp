//===- LowerQuantize.cpp - nn.quantize and nn.dequantize ------------------===//

#include "codegen/lower/Build.h"
#include "codegen/lower/Patterns.h"
#include "codegen/lower/Scalar.h"
#include "dialects/nn/NnOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;

namespace dlc::lower {

/// How a scale or zero point is read: one for all, or one for each position
/// of the axis.
static AffineMap parameterMap(Value parameter, unsigned rank, int64_t axis) {
  MLIRContext *context = parameter.getContext();
  ArrayRef<int64_t> shape = shapeOf(parameter);
  if (shape.empty())
    return AffineMap::get(rank, 0, context);
  return AffineMap::get(rank, 0,
                        shape[0] == 1 ? getAffineConstantExpr(0, context)
                                      : getAffineDimExpr(axis, context));
}

template <typename AdaptorT>
static std::pair<SmallVector<Value>, SmallVector<AffineMap>>
operandsOf(AdaptorT adaptor, int64_t axis) {
  unsigned rank = shapeOf(adaptor.getInput()).size();
  SmallVector<Value> inputs = {adaptor.getInput(), adaptor.getScale()};
  if (Value zeroPoint = adaptor.getZeroPoint())
    inputs.push_back(zeroPoint);
  SmallVector<AffineMap> maps = {
      AffineMap::getMultiDimIdentityMap(rank, adaptor.getInput().getContext())};
  for (Value parameter : ArrayRef(inputs).drop_front())
    maps.push_back(parameterMap(parameter, rank, axis));
  return {inputs, maps};
}

namespace {

/// saturate(round_half_even(x / scale) + zero_point), saturated as a float so
/// that the conversion is always defined.
struct QuantizeLowering : OpConversionPattern<nn::QuantizeOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(nn::QuantizeOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    auto storage =
        cast<IntegerType>(getElementTypeOrSelf(op.getOutput().getType()));
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    auto type = cast<RankedTensorType>(signless(op.getOutput().getType()));
    auto [inputs, maps] = operandsOf(adaptor, op.getAxis());
    bool hasZeroPoint = inputs.size() == 3;
    rewriter.replaceOp(
        op, createParallel(b, type, inputs, maps,
                           [&](ImplicitLocOpBuilder &b, ValueRange args) {
                             return emit(b, storage, args, hasZeroPoint);
                           }));
    return success();
  }

private:
  static Value emit(ImplicitLocOpBuilder &b, IntegerType storage,
                    ValueRange args, bool hasZeroPoint) {
    Type real = args[0].getType();
    Value rounded = math::RoundEvenOp::create(
        b, arith::DivFOp::create(b, args[0], args[1]));
    if (hasZeroPoint)
      rounded = arith::AddFOp::create(b, rounded,
                                      scalar::cast(b, args[2], storage, real));
    unsigned width = storage.getWidth();
    bool isUnsigned = scalar::isUnsigned(storage);
    double low = isUnsigned ? 0 : -double(1 << (width - 1));
    double high = low + double((1 << width) - 1);
    Value bounded =
        arith::MaxNumFOp::create(b, rounded, scalar::constant(b, real, low));
    bounded =
        arith::MinNumFOp::create(b, bounded, scalar::constant(b, real, high));
    return scalar::cast(b, bounded, real, storage);
  }
};

/// (x - zero_point) * scale, the difference in 32 bits where it is exact.
struct DequantizeLowering : OpConversionPattern<nn::DequantizeOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(nn::DequantizeOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Type storage = op.getInput().getType().getElementType();
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    auto type = cast<RankedTensorType>(op.getOutput().getType());
    auto [inputs, maps] = operandsOf(adaptor, op.getAxis());
    bool hasZeroPoint = inputs.size() == 3;
    Type wide = b.getI32Type();
    rewriter.replaceOp(
        op, createParallel(
                b, type, inputs, maps,
                [&](ImplicitLocOpBuilder &b, ValueRange args) {
                  Value x = scalar::cast(b, args[0], storage, wide);
                  if (hasZeroPoint)
                    x = scalar::sub(b, x,
                                    scalar::cast(b, args[2], storage, wide));
                  Value real = scalar::cast(b, x, wide, args[1].getType());
                  return scalar::mul(b, real, args[1]);
                }));
    return success();
  }
};

} // namespace

void populateQuantizePatterns(TypeConverter &converter,
                              RewritePatternSet &patterns) {
  patterns.add<QuantizeLowering, DequantizeLowering>(converter,
                                                     patterns.getContext());
}

} // namespace dlc::lower
