//===- LowerLoop.cpp - nn.loop and nn.if to scf on tensors ----------------===//
//
//   scf.for %i = 0 to steps iter_args(%h = %h0, %y = %empty) {
//     %xt = tensor.extract_slice %x[%i, 0][1, n][1, 1]
//     ... the body's ops, lowered as they are anywhere
//     %all = tensor.insert_slice %next into %y[%i, 0][1, n][1, 1]
//     scf.yield %next, %all
//   }
//
//===----------------------------------------------------------------------===//

#include "codegen/lower/Build.h"
#include "codegen/lower/Patterns.h"
#include "dialects/nn/loops/NnLoopOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;

namespace dlc::lower {

namespace {
/// Directions of the collected results, from the pattern that makes the loop to
/// the one of its yield.
constexpr llvm::StringLiteral kBackwards = "backwards";

/// The number of the element that step `i` of `steps` has to do with.
Value placeOf(ImplicitLocOpBuilder &b, Value i, int64_t steps, bool backwards) {
  if (!backwards)
    return i;
  return arith::SubIOp::create(b, createIndex(b, steps - 1), i);
}

/// Offsets, sizes and strides of one element along dimension 0.
struct ElementSlice {
  SmallVector<OpFoldResult> offsets, sizes, strides;

  ElementSlice(Builder &b, ArrayRef<int64_t> shape, Value place)
      : offsets(shape.size(), b.getIndexAttr(0)),
        strides(shape.size(), b.getIndexAttr(1)) {
    for (int64_t size : shape)
      sizes.push_back(b.getIndexAttr(size));
    offsets[0] = place;
    sizes[0] = b.getIndexAttr(1);
  }
};

struct LoopLowering : OpConversionPattern<nn::LoopOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(nn::LoopOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    const int64_t steps = static_cast<int64_t>(op.getSteps());
    SmallVector<Value> initial(adaptor.getInitial());
    for (Type type : llvm::drop_begin(op->getResultTypes(), op.numCarried()))
      initial.push_back(createEmpty(b, cast<RankedTensorType>(signless(type))));
    if (failed(rewriter.convertRegionTypes(&op.getBody(), *typeConverter)))
      return failure();
    Block *body = &op.getBody().front();
    auto loop = scf::ForOp::create(b, createIndex(b, 0), createIndex(b, steps),
                                   createIndex(b, 1), initial);
    // The builder makes a terminator where nothing is carried.
    if (!loop.getBody()->empty())
      rewriter.eraseOp(loop.getBody()->getTerminator());
    b.setInsertionPointToStart(loop.getBody());
    SmallVector<Value> arguments;
    for (auto [i, sequence] : llvm::enumerate(adaptor.getSequences())) {
      Value place =
          placeOf(b, loop.getInductionVar(), steps, op.readsBackwards(i));
      ElementSlice slice(b, shapeOf(sequence), place);
      auto type = tensorLike(sequence, shapeOf(sequence).drop_front());
      arguments.push_back(tensor::ExtractSliceOp::create(
          b, type, sequence, slice.offsets, slice.sizes, slice.strides));
    }
    llvm::append_range(arguments,
                       loop.getRegionIterArgs().take_front(op.numCarried()));
    llvm::append_range(arguments, adaptor.getShared());
    auto yield = cast<nn::YieldOp>(body->getTerminator());
    rewriter.modifyOpInPlace(yield, [&] {
      yield->setAttr(kBackwards,
                     b.getDenseBoolArrayAttr(op.getBackwards().drop_front(
                         op.getSequences().size())));
    });
    rewriter.inlineBlockBefore(body, loop.getBody(), loop.getBody()->end(),
                               arguments);
    rewriter.replaceOp(op, loop.getResults());
    return success();
  }
};

struct IfLowering : OpConversionPattern<nn::IfOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(nn::IfOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    SmallVector<Type> types;
    for (Type type : op->getResultTypes())
      types.push_back(signless(type));
    Value condition = tensor::ExtractOp::create(b, adaptor.getCondition());
    auto branch = scf::IfOp::create(b, types, condition,
                                    /*addThenBlock=*/true,
                                    /*addElseBlock=*/true);
    for (auto [from, to] : {std::pair(&op.getThenBody(), branch.thenBlock()),
                            std::pair(&op.getElseBody(), branch.elseBlock())}) {
      if (failed(rewriter.convertRegionTypes(from, *typeConverter)))
        return failure();
      if (!to->empty())
        rewriter.eraseOp(to->getTerminator());
      rewriter.inlineBlockBefore(&from->front(), to, to->end(),
                                 adaptor.getShared());
    }
    rewriter.replaceOp(op, branch.getResults());
    return success();
  }
};

struct YieldLowering : OpConversionPattern<nn::YieldOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(nn::YieldOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (isa<scf::IfOp>(op->getParentOp())) {
      rewriter.replaceOpWithNewOp<scf::YieldOp>(op, adaptor.getValues());
      return success();
    }
    auto loop = dyn_cast<scf::ForOp>(op->getParentOp());
    auto backwards = op->getAttrOfType<DenseBoolArrayAttr>(kBackwards);
    if (!loop || !backwards)
      return failure();
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    SmallVector<Value> values(adaptor.getValues());
    size_t carried = values.size() - backwards.size();
    for (size_t i = carried; i < values.size(); ++i) {
      Value all = loop.getRegionIterArg(i);
      Value place = placeOf(b, loop.getInductionVar(), shapeOf(all)[0],
                            backwards[i - carried]);
      ElementSlice slice(b, shapeOf(all), place);
      values[i] = tensor::InsertSliceOp::create(
          b, values[i], all, slice.offsets, slice.sizes, slice.strides);
    }
    rewriter.replaceOpWithNewOp<scf::YieldOp>(op, values);
    return success();
  }
};
} // namespace

void populateLoopPatterns(TypeConverter &converter,
                          RewritePatternSet &patterns) {
  patterns.add<LoopLowering, IfLowering, YieldLowering>(converter,
                                                        patterns.getContext());
}

} // namespace dlc::lower
