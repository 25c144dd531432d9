//===- LowerSoftmax.cpp - nn.softmax to max, exp, sum and quotient --------===//
//
// Loops of the reductions: the other dimensions, then the axis.
//
//===----------------------------------------------------------------------===//

#include "codegen/lower/Build.h"
#include "codegen/lower/Patterns.h"
#include "codegen/lower/Scalar.h"
#include "dialects/nn/NnOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;

namespace dlc::lower {

namespace {
struct SoftmaxLowering : OpConversionPattern<nn::SoftmaxOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(nn::SoftmaxOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    Type stored = op.getType().getElementType(), element = sumType(stored);
    auto type = cast<RankedTensorType>(op.getType().clone(element));
    int64_t axis = op.getAxis();
    // Converted twice, so that each conversion is part of what reads it.
    auto input = [&] {
      return createFloatCast(b, adaptor.getInput(), element);
    };

    Value largest = reduce(b, input(), axis, scalar::lowest(b, element),
                           [&](ImplicitLocOpBuilder &b, ValueRange args) {
                             return scalar::max(b, element, args[1], args[0]);
                           });
    Value powers =
        zip(b, type, axis, input(), largest,
            [](ImplicitLocOpBuilder &b, ValueRange args) -> Value {
              return math::ExpOp::create(b, scalar::sub(b, args[0], args[1]));
            });
    Value sums = reduce(b, powers, axis, scalar::zero(b, element),
                        [](ImplicitLocOpBuilder &b, ValueRange args) {
                          return scalar::add(b, args[1], args[0]);
                        });
    Value shares = zip(b, type, axis, powers, sums,
                       [](ImplicitLocOpBuilder &b, ValueRange args) -> Value {
                         return arith::DivFOp::create(b, args[0], args[1]);
                       });
    rewriter.replaceOp(op, createFloatCast(b, shares, stored));
    return success();
  }

private:
  /// Reduces `axis` away.
  static Value reduce(ImplicitLocOpBuilder &b, Value input, int64_t axis,
                      TypedAttr neutral, BodyFn body) {
    SmallVector<int64_t> shape(shapeOf(input));
    shape.erase(shape.begin() + axis);
    unsigned rank = shape.size();
    SmallVector<AffineExpr> exprs;
    for (unsigned i = 0; i < rank; ++i)
      exprs.push_back(getAffineDimExpr(i, b.getContext()));
    exprs.insert(exprs.begin() + axis, getAffineDimExpr(rank, b.getContext()));
    Value init = createFill(b, tensorLike(input, shape), neutral);
    return createReduction(b, init, 1, input,
                           AffineMap::get(rank + 1, 0, exprs, b.getContext()),
                           body);
  }

  /// Combines each element of `x` with that of `y`, which lacks `axis`.
  static Value zip(ImplicitLocOpBuilder &b, RankedTensorType type, int64_t axis,
                   Value x, Value y, BodyFn body) {
    AffineMap identity =
        AffineMap::getMultiDimIdentityMap(type.getRank(), b.getContext());
    return createParallel(b, type, {x, y},
                          {identity, identity.dropResult(axis)}, body);
  }
};
} // namespace

void populateSoftmaxPatterns(TypeConverter &converter,
                             RewritePatternSet &patterns) {
  patterns.add<SoftmaxLowering>(converter, patterns.getContext());
}

} // namespace dlc::lower
