//===- LowerMatmul.cpp - nn.matmul to a contraction -----------------------===//
//
// (b..., m, n | k): lhs (b..., m, k), rhs (b..., k, n), out (b..., m, n).
// A broadcast batch dimension is read at 0, a missing one not at all.
//
//===----------------------------------------------------------------------===//

#include "codegen/lower/Build.h"
#include "codegen/lower/Patterns.h"
#include "codegen/lower/Scalar.h"
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
    Value init = createFill(b, type, scalar::zero(b, type.getElementType()));
    Type lhsType = op.getLhs().getType().getElementType();
    Type rhsType = op.getRhs().getType().getElementType();
    rewriter.replaceOp(
        op,
        createReduction(b, init, 1, {adaptor.getLhs(), adaptor.getRhs()},
                        {operandMap(adaptor.getLhs(), type.getShape(), m, k),
                         operandMap(adaptor.getRhs(), type.getShape(), k, n)},
                        [&](ImplicitLocOpBuilder &b, ValueRange args) {
                          return scalar::multiplyAdd(b, lhsType, rhsType,
                                                     args[0], args[1], args[2]);
                        }));
    return success();
  }
};
} // namespace

void populateMatmulPatterns(TypeConverter &converter,
                            RewritePatternSet &patterns) {
  patterns.add<MatmulLowering>(converter, patterns.getContext());
}

} // namespace dlc::lower
