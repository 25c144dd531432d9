//===- LowerNorm.cpp - nn.lrn to a window sum and its epilogue ------------===//

#include "codegen/lower/Build.h"
#include "codegen/lower/Patterns.h"
#include "codegen/lower/Scalar.h"
#include "dialects/nn/NnOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;

namespace dlc::lower {

/// x^beta; square roots instead of a logarithm and an exponential for the
/// quarters, which is what networks have.
static Value emitPower(ImplicitLocOpBuilder &b, Value x, double beta) {
  Type type = x.getType();
  if (beta == 1)
    return x;
  if (beta == 0.5)
    return math::SqrtOp::create(b, x);
  if (beta == 0.75) {
    Value root = math::SqrtOp::create(b, x);
    return scalar::mul(b, root, math::SqrtOp::create(b, root));
  }
  return math::PowFOp::create(b, x, scalar::constant(b, type, beta));
}

namespace {
struct LrnLowering : OpConversionPattern<nn::LrnOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(nn::LrnOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    auto type = cast<RankedTensorType>(op.getType());
    Type element = type.getElementType();
    Value input = adaptor.getInput();
    Value sums = createSquareSums(b, op, input, type);
    double alpha =
        op.getAlpha().convertToDouble() / static_cast<double>(op.getSize());
    double bias = op.getBias().convertToDouble();
    double beta = op.getBeta().convertToDouble();
    AffineMap identity =
        AffineMap::getMultiDimIdentityMap(type.getRank(), b.getContext());
    rewriter.replaceOp(
        op,
        createParallel(b, type, {input, sums}, {identity, identity},
                       [&](ImplicitLocOpBuilder &b, ValueRange args) -> Value {
                         Value scaled = scalar::mul(
                             b, args[1], scalar::constant(b, element, alpha));
                         Value base = scalar::add(
                             b, scaled, scalar::constant(b, element, bias));
                         return arith::DivFOp::create(b, args[0],
                                                      emitPower(b, base, beta));
                       }));
    return success();
  }

private:
  /// Loops (x... | w): the squares at axis + w of the padded input.
  static Value createSquareSums(ImplicitLocOpBuilder &b, nn::LrnOp op,
                                Value input, RankedTensorType type) {
    MLIRContext *context = b.getContext();
    int64_t rank = type.getRank(), axis = op.getAxis(), size = op.getSize();
    TypedAttr zero = scalar::zero(b, type.getElementType());
    SmallVector<int64_t> low(rank, 0), high(rank, 0);
    low[axis] = (size - 1) / 2;
    high[axis] = size - 1 - low[axis];
    Value padded =
        createPad(b, input, low, high, arith::ConstantOp::create(b, zero));
    SmallVector<AffineExpr> read;
    for (int64_t i = 0; i < rank; ++i)
      read.push_back(getAffineDimExpr(i, context));
    AffineExpr window = getAffineDimExpr(rank, context);
    read[axis] = read[axis] + window;
    Value windowShape =
        createEmpty(b, RankedTensorType::get(size, type.getElementType()));
    return createReduction(
        b, createFill(b, type, zero), 1, {padded, windowShape},
        {AffineMap::get(rank + 1, 0, read, context),
         AffineMap::get(rank + 1, 0, window)},
        [](ImplicitLocOpBuilder &b, ValueRange args) {
          return scalar::add(b, args[2], scalar::mul(b, args[0], args[0]));
        });
  }
};
} // namespace

void populateNormPatterns(TypeConverter &converter,
                          RewritePatternSet &patterns) {
  patterns.add<LrnLowering>(converter, patterns.getContext());
}

} // namespace dlc::lower
