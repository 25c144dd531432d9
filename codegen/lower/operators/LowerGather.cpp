//===- LowerGather.cpp - Gathers: generics that extract from the data -----===//
//
// An index out of range reads the nearest element instead of foreign memory.
//
//===----------------------------------------------------------------------===//

#include "codegen/lower/Build.h"
#include "codegen/lower/Patterns.h"
#include "codegen/lower/Procedure.h"
#include "codegen/lower/Scalar.h"
#include "dialects/nn/NnOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;

namespace dlc::lower {

namespace {

/// Whether indices are by how much bytes are less than the largest of their
/// row, which is what a softmax looks up: 0 to 255.
bool areBelowLargest(Value indices) {
  while (Operation *view = indices.getDefiningOp())
    if (isa<nn::TransposeOp, nn::ReshapeOp>(view))
      indices = view->getOperand(0);
    else
      break;
  auto below = indices.getDefiningOp<nn::SubOp>();
  auto largest = below ? below.getLhs().getDefiningOp<nn::ReduceOp>() : nullptr;
  return largest && largest.getKind() == nn::ReduceKind::Max &&
         largest.getKeepdims() && largest.getInput() == below.getRhs() &&
         getElementTypeOrSelf(largest.getInput()).isInteger(8) &&
         getElementTypeOrSelf(below.getType()).isInteger(32);
}

/// What lies at one position along an axis, found when it is read: no element
/// of it is moved.
Value sliceAt(ImplicitLocOpBuilder &b, Value data, int64_t axis, Value indices,
              RankedTensorType type) {
  ArrayRef<int64_t> shape = shapeOf(data);
  auto rank = static_cast<int64_t>(shape.size());
  SmallVector<Value> first(shapeOf(indices).size(), createIndex(b, 0));
  Value index = tensor::ExtractOp::create(b, indices, first);
  SmallVector<OpFoldResult> starts(rank, b.getIndexAttr(0)), sizes,
      steps(rank, b.getIndexAttr(1));
  SmallVector<int64_t> sliced(shape);
  sliced[axis] = 1;
  for (int64_t size : sliced)
    sizes.push_back(b.getIndexAttr(size));
  starts[axis] = scalar::position(b, index, shape[axis]);
  Value slice = tensor::ExtractSliceOp::create(b, tensorLike(data, sliced),
                                               data, starts, sizes, steps);
  return createReshape(b, slice, type.getShape());
}

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
    // Launches read indices by themselves: there no code stands around them.
    if (op.getIndices().getType().getNumElements() == 1 &&
        prefersProcedures(op)) {
      rewriter.replaceOp(op, sliceAt(b, data, axis, indices, type));
      return success();
    }
    unsigned indexRank = shapeOf(indices).size();
    SmallVector<AffineExpr> read;
    for (unsigned i = 0; i < indexRank; ++i)
      read.push_back(getAffineDimExpr(axis + i, rewriter.getContext()));
    const int64_t size = shapeOf(data)[axis];
    const bool isInside = size > UINT8_MAX && areBelowLargest(op.getIndices());
    auto emit = [&](ImplicitLocOpBuilder &b, ValueRange args) {
      SmallVector<Value> position;
      for (int64_t i = 0; i < static_cast<int64_t>(shapeOf(data).size()); ++i)
        if (i != axis)
          position.push_back(loopIndex(b, i < axis ? i : i + indexRank - 1));
        else if (isInside)
          position.push_back(
              arith::IndexCastOp::create(b, b.getIndexType(), args[0]));
        else
          position.push_back(scalar::position(b, args[0], size));
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
