//===- LowerScatter.cpp - Scatters: each element looks for its updates ----===//
//
// A reduction over the updates, starting from the data: an element takes an
// update in when the update's index is its own position. So duplicates meet in
// the order ONNX gives them, and every element is written once.
//
//===----------------------------------------------------------------------===//

#include "codegen/lower/Build.h"
#include "codegen/lower/Patterns.h"
#include "codegen/lower/Scalar.h"
#include "dialects/nn/NnOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"

using namespace mlir;

namespace dlc::lower {

static Value emitMeet(ImplicitLocOpBuilder &b, nn::ScatterReduction reduction,
                      Type type, Value old, Value update) {
  switch (reduction) {
  case nn::ScatterReduction::None:
    return update;
  case nn::ScatterReduction::Add:
    return scalar::add(b, old, update);
  case nn::ScatterReduction::Mul:
    return scalar::mul(b, old, update);
  case nn::ScatterReduction::Max:
    return scalar::max(b, type, old, update);
  case nn::ScatterReduction::Min:
    return scalar::min(b, type, old, update);
  }
  llvm_unreachable("unknown reduction");
}

/// Whether an index, negative from the end, is the position of `loop`. An index
/// out of range is nobody's.
static Value isHere(ImplicitLocOpBuilder &b, Value index, unsigned loop,
                    int64_t size) {
  Value x = arith::IndexCastOp::create(b, b.getIndexType(), index);
  Value negative =
      arith::CmpIOp::create(b, arith::CmpIPredicate::slt, x, createIndex(b, 0));
  Value fromEnd = arith::AddIOp::create(b, x, createIndex(b, size));
  Value wrapped = arith::SelectOp::create(b, negative, fromEnd, x);
  return arith::CmpIOp::create(b, arith::CmpIPredicate::eq, wrapped,
                               loopIndex(b, loop));
}

namespace {

/// Loops (o... | u): u runs over the updates along the axis.
struct ScatterElementsLowering : OpConversionPattern<nn::ScatterElementsOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(nn::ScatterElementsOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    MLIRContext *context = rewriter.getContext();
    auto type = op.getData().getType();
    unsigned rank = type.getRank(), axis = op.getAxis();
    // Updates may cover only the first rows of the other dimensions.
    SmallVector<int64_t> shape(shapeOf(adaptor.getIndices()));
    shape[axis] = type.getDimSize(axis);
    SmallVector<int64_t> starts(rank, 0), steps(rank, 1);
    bool whole = type.getShape() == ArrayRef<int64_t>(shape);
    Value init = adaptor.getData();
    if (!whole)
      init = createSlice(b, init, starts, shape, steps);

    SmallVector<AffineExpr> read;
    for (unsigned i = 0; i < rank; ++i)
      read.push_back(getAffineDimExpr(i == axis ? rank : i, context));
    AffineMap map = AffineMap::get(rank + 1, 0, read, context);
    Value result = createReduction(
        b, init, 1, {adaptor.getIndices(), adaptor.getUpdates()}, {map, map},
        [&](ImplicitLocOpBuilder &b, ValueRange args) -> Value {
          Value here = isHere(b, args[0], axis, shape[axis]);
          Value met = emitMeet(b, op.getReduction(), type.getElementType(),
                               args[2], args[1]);
          return arith::SelectOp::create(b, here, met, args[2]);
        });
    if (!whole)
      result = createInsert(b, result, adaptor.getData(), starts, steps);
    rewriter.replaceOp(op, result);
    return success();
  }
};

/// Loops (o... | p...): p runs over the index tuples.
struct ScatterNdLowering : OpConversionPattern<nn::ScatterNdOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(nn::ScatterNdOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    MLIRContext *context = rewriter.getContext();
    auto type = op.getData().getType();
    ArrayRef<int64_t> indexShape = shapeOf(adaptor.getIndices());
    unsigned rank = type.getRank(), points = indexShape.size() - 1;
    int64_t tuple = indexShape.back();

    SmallVector<AffineExpr> point;
    for (unsigned i = 0; i < points; ++i)
      point.push_back(getAffineDimExpr(rank + i, context));
    SmallVector<Value> inputs(tuple, adaptor.getIndices());
    SmallVector<AffineMap> maps;
    for (int64_t entry = 0; entry <= tuple; ++entry) {
      SmallVector<AffineExpr> read(point);
      if (entry < tuple)
        read.push_back(getAffineConstantExpr(entry, context));
      else
        for (unsigned i = tuple; i < rank; ++i)
          read.push_back(getAffineDimExpr(i, context));
      maps.push_back(AffineMap::get(rank + points, 0, read, context));
    }
    inputs.push_back(adaptor.getUpdates());
    rewriter.replaceOp(
        op, createReduction(
                b, adaptor.getData(), points, inputs, maps,
                [&](ImplicitLocOpBuilder &b, ValueRange args) -> Value {
                  Value here =
                      arith::ConstantOp::create(b, b.getBoolAttr(true));
                  for (int64_t entry = 0; entry < tuple; ++entry)
                    here = arith::AndIOp::create(
                        b, here,
                        isHere(b, args[entry], entry, type.getDimSize(entry)));
                  Value old = args[tuple + 1];
                  Value met = emitMeet(b, op.getReduction(),
                                       type.getElementType(), old, args[tuple]);
                  return arith::SelectOp::create(b, here, met, old);
                }));
    return success();
  }
};

} // namespace

void populateScatterPatterns(TypeConverter &converter,
                             RewritePatternSet &patterns) {
  patterns.add<ScatterElementsLowering, ScatterNdLowering>(
      converter, patterns.getContext());
}

} // namespace dlc::lower
