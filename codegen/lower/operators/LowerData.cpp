//===- LowerData.cpp - Movement of whole tensors --------------------------===//

#include "codegen/lower/Build.h"
#include "codegen/lower/Patterns.h"
#include "dialects/nn/NnOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace dlc::lower {

/// The element itself.
static Value emitCopy(ImplicitLocOpBuilder &, ValueRange args) {
  return args[0];
}

namespace {

struct TransposeLowering : OpConversionPattern<nn::TransposeOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(nn::TransposeOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    auto type = cast<RankedTensorType>(signless(op.getType()));
    AffineMap perm =
        AffineMap::getPermutationMap(op.getPerm(), rewriter.getContext());
    rewriter.replaceOp(op, createParallel(b, type, adaptor.getInput(),
                                          inversePermutation(perm), emitCopy));
    return success();
  }
};

struct ReshapeLowering : OpConversionPattern<nn::ReshapeOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(nn::ReshapeOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    rewriter.replaceOp(
        op, createReshape(b, adaptor.getInput(), shapeOf(op.getOutput())));
    return success();
  }
};

struct BroadcastLowering : OpConversionPattern<nn::BroadcastOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(nn::BroadcastOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    auto type = cast<RankedTensorType>(signless(op.getOutput().getType()));
    AffineMap read = broadcastMap(shapeOf(adaptor.getInput()), type.getShape(),
                                  rewriter.getContext());
    rewriter.replaceOp(
        op, createParallel(b, type, adaptor.getInput(), read, emitCopy));
    return success();
  }
};

struct ConcatLowering : OpConversionPattern<nn::ConcatOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(nn::ConcatOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    auto type = cast<RankedTensorType>(signless(op.getType()));
    SmallVector<int64_t> starts(type.getRank(), 0), steps(type.getRank(), 1);
    Value result = createEmpty(b, type);
    for (Value input : adaptor.getInputs()) {
      int64_t size = shapeOf(input)[op.getAxis()];
      if (!llvm::is_contained(shapeOf(input), 0))
        result = createInsert(b, input, result, starts, steps);
      starts[op.getAxis()] += size;
    }
    rewriter.replaceOp(op, result);
    return success();
  }
};

/// Steps forward are a slice. Steps backward take the slice that runs forward
/// over the same elements, read from its end.
struct SliceLowering : OpConversionPattern<nn::SliceOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(nn::SliceOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    MLIRContext *context = rewriter.getContext();
    auto type = cast<RankedTensorType>(signless(op.getType()));
    SmallVector<int64_t> starts(op.getStarts()), steps(op.getSteps());
    SmallVector<AffineExpr> read;
    bool reversed = false;
    for (unsigned i = 0; i < starts.size(); ++i) {
      AffineExpr loop = getAffineDimExpr(i, context);
      int64_t last = op.getSizes()[i] - 1;
      if (steps[i] < 0 && last >= 0) {
        starts[i] += last * steps[i];
        loop = last - loop;
        reversed = true;
      }
      steps[i] = std::abs(steps[i]);
      read.push_back(loop);
    }
    Value slice =
        createSlice(b, adaptor.getInput(), starts, type.getShape(), steps);
    if (reversed)
      slice = createParallel(b, type, slice,
                             AffineMap::get(type.getRank(), 0, read, context),
                             emitCopy);
    rewriter.replaceOp(op, slice);
    return success();
  }
};

/// Each repeated dimension becomes (repeat, dimension), where the input is read
/// at the second.
struct TileLowering : OpConversionPattern<nn::TileOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(nn::TileOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    MLIRContext *context = rewriter.getContext();
    Value input = adaptor.getInput();
    SmallVector<int64_t> shape;
    SmallVector<AffineExpr> read;
    for (auto [size, repeat] :
         llvm::zip_equal(shapeOf(input), op.getRepeats())) {
      if (repeat != 1)
        shape.push_back(repeat);
      read.push_back(getAffineDimExpr(shape.size(), context));
      shape.push_back(size);
    }
    Value tiled = createParallel(b, tensorLike(input, shape), input,
                                 AffineMap::get(shape.size(), 0, read, context),
                                 emitCopy);
    rewriter.replaceOp(op, createReshape(b, tiled, shapeOf(op.getOutput())));
    return success();
  }
};

} // namespace

void populateDataPatterns(TypeConverter &converter,
                          RewritePatternSet &patterns) {
  patterns.add<TransposeLowering, ReshapeLowering, BroadcastLowering,
               ConcatLowering, SliceLowering, TileLowering>(
      converter, patterns.getContext());
}

} // namespace dlc::lower
