//===- LowerScan.cpp - nn.cum_sum and nn.top_k on a GPU -------------------===//
//
// Both compare every pair of positions along the axis, which threads do in any
// order; for other machines LowerRunning.cpp and LowerTopK.cpp have loops that
// go along the axis once.
//
//===----------------------------------------------------------------------===//

#include "codegen/lower/Build.h"
#include "codegen/lower/Patterns.h"
#include "codegen/lower/Procedure.h"
#include "codegen/lower/Scalar.h"
#include "dialects/nn/NnOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"

using namespace mlir;

namespace dlc::lower {

/// The identity over `rank` + 1 loops with the last loop in place of `axis`.
static AffineMap alongAxis(MLIRContext *context, unsigned rank, int64_t axis) {
  SmallVector<AffineExpr> exprs;
  for (unsigned i = 0; i < rank; ++i)
    exprs.push_back(
        getAffineDimExpr(static_cast<int64_t>(i) == axis ? rank : i, context));
  return AffineMap::get(rank + 1, 0, exprs, context);
}

static Value compareLoops(ImplicitLocOpBuilder &b,
                          arith::CmpIPredicate predicate, unsigned x,
                          unsigned y) {
  return arith::CmpIOp::create(b, predicate, loopIndex(b, x), loopIndex(b, y));
}

namespace {

/// Loops (x... | j): out[i] sums the x[j] with j <= i.
struct CumSumLowering : OpConversionPattern<nn::CumSumOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(nn::CumSumOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (prefersProcedures(op))
      return failure();
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    auto type = cast<RankedTensorType>(signless(op.getType()));
    unsigned rank = type.getRank();
    using arith::CmpIPredicate;
    CmpIPredicate counts =
        op.getReverse()
            ? (op.getExclusive() ? CmpIPredicate::ugt : CmpIPredicate::uge)
            : (op.getExclusive() ? CmpIPredicate::ult : CmpIPredicate::ule);
    TypedAttr zero = scalar::zero(b, type.getElementType());
    rewriter.replaceOp(
        op, createReduction(
                b, createFill(b, type, zero), 1, adaptor.getInput(),
                alongAxis(rewriter.getContext(), rank, op.getAxis()),
                [&](ImplicitLocOpBuilder &b, ValueRange args) -> Value {
                  Value isBefore = compareLoops(b, counts, rank, op.getAxis());
                  Value sum = scalar::add(b, args[1], args[0]);
                  return arith::SelectOp::create(b, isBefore, sum, args[1]);
                }));
    return success();
  }
};

/// An element's rank is the number of elements that come before it in sorted
/// order; the result at r is the element of rank r.
struct TopKLowering : OpConversionPattern<nn::TopKOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(nn::TopKOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (prefersProcedures(op))
      return failure();
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    Value ranks = createRanks(b, op, adaptor.getInput());
    Value indices = createIndices(b, op, ranks);
    Value values = createValues(b, op, adaptor.getInput(), indices);
    rewriter.replaceOp(op, {values, indices});
    return success();
  }

private:
  /// Loops (x... | j): counts the x[j] before x[i]; of equal ones the smaller
  /// position comes first.
  static Value createRanks(ImplicitLocOpBuilder &b, nn::TopKOp op,
                           Value input) {
    MLIRContext *context = op.getContext();
    Type element = op.getInput().getType().getElementType();
    auto type = RankedTensorType::get(shapeOf(input), b.getI64Type());
    unsigned rank = type.getRank();
    AffineMap own = leadingLoops(rank + 1, rank, context);
    scalar::Order order =
        op.getLargest() ? scalar::Order::Greater : scalar::Order::Less;
    return createReduction(
        b, createFill(b, type, b.getI64IntegerAttr(0)), 1, {input, input},
        {own, alongAxis(context, rank, op.getAxis())},
        [&](ImplicitLocOpBuilder &b, ValueRange args) -> Value {
          Value wins = scalar::compare(b, element, order, args[1], args[0]);
          Value equal = scalar::compare(b, element, scalar::Order::Equal,
                                        args[1], args[0]);
          Value earlier =
              compareLoops(b, arith::CmpIPredicate::ult, rank, op.getAxis());
          Value before = arith::OrIOp::create(
              b, wins, arith::AndIOp::create(b, equal, earlier));
          return arith::AddIOp::create(
              b, args[2], arith::ExtUIOp::create(b, b.getI64Type(), before));
        });
  }

  /// Loops (x... | j): the j whose rank is this position.
  static Value createIndices(ImplicitLocOpBuilder &b, nn::TopKOp op,
                             Value ranks) {
    auto type = cast<RankedTensorType>(op.getIndices().getType());
    unsigned rank = type.getRank();
    return createReduction(
        b, createFill(b, type, b.getI64IntegerAttr(0)), 1, ranks,
        alongAxis(op.getContext(), rank, op.getAxis()),
        [&](ImplicitLocOpBuilder &b, ValueRange args) -> Value {
          Type i64 = b.getI64Type();
          Value here =
              arith::IndexCastOp::create(b, i64, loopIndex(b, op.getAxis()));
          Value candidate =
              arith::IndexCastOp::create(b, i64, loopIndex(b, rank));
          Value found =
              arith::CmpIOp::create(b, arith::CmpIPredicate::eq, args[0], here);
          return arith::SelectOp::create(b, found, candidate, args[1]);
        });
  }

  static Value createValues(ImplicitLocOpBuilder &b, nn::TopKOp op, Value input,
                            Value indices) {
    auto type = cast<RankedTensorType>(signless(op.getValues().getType()));
    int64_t axis = op.getAxis();
    AffineMap identity =
        AffineMap::getMultiDimIdentityMap(type.getRank(), op.getContext());
    return createParallel(
        b, type, indices, identity,
        [&](ImplicitLocOpBuilder &b, ValueRange args) {
          SmallVector<Value> position;
          for (int64_t i = 0; i < type.getRank(); ++i)
            position.push_back(
                i == axis ? scalar::position(b, args[0], shapeOf(input)[i])
                          : loopIndex(b, i));
          return extractElement(b, input, position);
        });
  }
};

} // namespace

void populateScanPatterns(TypeConverter &converter,
                          RewritePatternSet &patterns) {
  patterns.add<CumSumLowering, TopKLowering>(converter, patterns.getContext());
}

} // namespace dlc::lower
