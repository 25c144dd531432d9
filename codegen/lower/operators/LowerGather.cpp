//===- LowerGather.cpp - Gathers: generics that extract from the data -----===//
//
// An index out of range reads the nearest element instead of foreign memory.
//
//===----------------------------------------------------------------------===//

#include "codegen/lower/Build.h"
#include "codegen/lower/Patterns.h"
#include "codegen/lower/Scalar.h"
#include "dialects/nn/NnOps.h"

using namespace mlir;

namespace dlc::lower {

namespace {

/// out[a..., i..., b...] = data[a..., indices[i...], b...]
struct GatherLowering : OpConversionPattern<nn::GatherOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(nn::GatherOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    auto type = cast<RankedTensorType>(signless(op.getType()));
    Value data = adaptor.getData(), indices = adaptor.getIndices();
    int64_t axis = op.getAxis();
    unsigned indexRank = shapeOf(indices).size();
    SmallVector<AffineExpr> read;
    for (unsigned i = 0; i < indexRank; ++i)
      read.push_back(getAffineDimExpr(axis + i, rewriter.getContext()));
    auto emit = [&](ImplicitLocOpBuilder &b, ValueRange args) {
      SmallVector<Value> position;
      for (int64_t i = 0; i < static_cast<int64_t>(shapeOf(data).size()); ++i)
        position.push_back(
            i == axis ? scalar::position(b, args[0], shapeOf(data)[i])
                      : loopIndex(b, i < axis ? i : i + indexRank - 1));
      return extractElement(b, data, position);
    };
    rewriter.replaceOp(op,
                       createParallel(b, type, indices,
                                      AffineMap::get(type.getRank(), 0, read,
                                                     rewriter.getContext()),
                                      emit));
    return success();
  }
};

/// out[i...] = data[i..., indices[i...] at axis, ...]
struct GatherElementsLowering : OpConversionPattern<nn::GatherElementsOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(nn::GatherElementsOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    auto type = cast<RankedTensorType>(signless(op.getType()));
    Value data = adaptor.getData();
    auto emit = [&](ImplicitLocOpBuilder &b, ValueRange args) {
      SmallVector<Value> position;
      for (int64_t i = 0; i < type.getRank(); ++i)
        position.push_back(i == static_cast<int64_t>(op.getAxis())
                               ? scalar::position(b, args[0], shapeOf(data)[i])
                               : loopIndex(b, i));
      return extractElement(b, data, position);
    };
    rewriter.replaceOp(
        op, createParallel(b, type, adaptor.getIndices(),
                           AffineMap::getMultiDimIdentityMap(
                               type.getRank(), rewriter.getContext()),
                           emit));
    return success();
  }
};

/// out[b..., i..., s...] = data[b..., indices[b..., i..., :]..., s...]
struct GatherNdLowering : OpConversionPattern<nn::GatherNdOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(nn::GatherNdOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    MLIRContext *context = rewriter.getContext();
    auto type = cast<RankedTensorType>(signless(op.getType()));
    Value data = adaptor.getData(), indices = adaptor.getIndices();
    unsigned batch = op.getBatchDims();
    unsigned points = shapeOf(indices).size() - 1;
    int64_t tuple = shapeOf(indices).back();

    // One operand for each entry of the tuples.
    SmallVector<Value> inputs(tuple, indices);
    SmallVector<AffineMap> maps;
    for (int64_t entry = 0; entry < tuple; ++entry) {
      AffineMap point = leadingLoops(type.getRank(), points, context);
      maps.push_back(
          point.insertResult(getAffineConstantExpr(entry, context), points));
    }
    auto emit = [&](ImplicitLocOpBuilder &b, ValueRange args) {
      SmallVector<Value> position;
      for (unsigned i = 0; i < batch; ++i)
        position.push_back(loopIndex(b, i));
      for (int64_t entry = 0; entry < tuple; ++entry)
        position.push_back(
            scalar::position(b, args[entry], shapeOf(data)[batch + entry]));
      for (unsigned i = points; i < type.getRank(); ++i)
        position.push_back(loopIndex(b, i));
      return extractElement(b, data, position);
    };
    rewriter.replaceOp(op, createParallel(b, type, inputs, maps, emit));
    return success();
  }
};

} // namespace

void populateGatherPatterns(TypeConverter &converter,
                            RewritePatternSet &patterns) {
  patterns.add<GatherLowering, GatherElementsLowering, GatherNdLowering>(
      converter, patterns.getContext());
}

} // namespace dlc::lower
