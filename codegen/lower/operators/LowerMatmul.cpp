//===- LowerMatmul.cpp - nn.matmul to a contraction -----------------------===//
//
// (b..., m, n | k): lhs (b..., m, k), rhs (b..., k, n), out (b..., m, n).
// A broadcast batch dimension is read at 0, a missing one not at all.
//
//===----------------------------------------------------------------------===//

#include "codegen/lower/Build.h"
#include "codegen/lower/Patterns.h"
#include "codegen/lower/Scalar.h"
#include "codegen/lower/Sums.h"
#include "dialects/nn/NnOps.h"

using namespace mlir;

namespace dlc::lower {

namespace {
struct MatmulLowering : OpConversionPattern<nn::MatmulOp> {
  using OpConversionPattern::OpConversionPattern;

  /// Reads `operand` at its batch dimensions, then at `row` and `column`.
  static AffineMap operandMap(Value operand, ArrayRef<int64_t> resultShape,
                              unsigned row, unsigned column) {
    MLIRContext *context = operand.getContext();
    AffineMap batch = broadcastMap(shapeOf(operand).drop_back(2),
                                   resultShape.drop_back(2), context);
    SmallVector<AffineExpr> exprs(batch.getResults());
    exprs.push_back(getAffineDimExpr(row, context));
    exprs.push_back(getAffineDimExpr(column, context));
    return AffineMap::get(resultShape.size() + 1, 0, exprs, context);
  }

  LogicalResult
  matchAndRewrite(nn::MatmulOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    auto type = cast<RankedTensorType>(signless(op.getType()));
    unsigned rank = type.getRank();
    unsigned m = rank - 2, n = rank - 1, k = rank;
    Type sum = productSumType(op, type.getElementType());
    Value init = createFill(b, cast<RankedTensorType>(type.clone(sum)),
                            scalar::zero(b, sum));
    auto factor = [&](Value tensor, Type element, unsigned row, unsigned column,
                      Value zero, Value convertedZero) {
      Factor result{tensor,
                    element,
                    operandMap(tensor, type.getShape(), row, column),
                    {zero, convertedZero},
                    {}};
      if (zero)
        result.zeroMap =
            zeroPointMap(convertedZero, shapeOf(tensor), result.map);
      return result;
    };
    Value sums = createSumOfProducts(
        b, init, 1,
        {factor(adaptor.getLhs(), op.getLhs().getType().getElementType(), m, k,
                op.getLhsZeroPoint(), adaptor.getLhsZeroPoint()),
         factor(adaptor.getRhs(), op.getRhs().getType().getElementType(), k, n,
                op.getRhsZeroPoint(), adaptor.getRhsZeroPoint())});
    rewriter.replaceOp(op, createFloatCast(b, sums, type.getElementType()));
    return success();
  }
};
} // namespace

void populateMatmulPatterns(TypeConverter &converter,
                            RewritePatternSet &patterns) {
  patterns.add<MatmulLowering>(converter, patterns.getContext());
}

} // namespace dlc::lower
