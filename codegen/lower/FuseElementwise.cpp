//===- FuseElementwise.cpp - Chains of generics become one ----------------===//
//
//   %a = generic(add) %x, %y        %b = generic(add, relu) %x, %y
//   %b = generic(relu) %a      ->
//
// Not when the producer has another user, nor when the consumer reads an
// element of it more than once (a broadcast, a window, a contraction).
//
//===----------------------------------------------------------------------===//

#include "codegen/lower/FuseElementwise.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;

namespace dlc::lower {

/// Whether the body is a few instructions: no function to expand, no division,
/// no gather, no loop.
static bool isCheap(linalg::GenericOp generic) {
  return llvm::all_of(generic.getBody()->getOperations(), [](Operation &op) {
    return op.getNumRegions() == 0 &&
           !isa<arith::DivFOp, arith::DivSIOp, arith::DivUIOp, arith::RemSIOp,
                arith::RemUIOp, tensor::ExtractOp>(op) &&
           (!isa<math::MathDialect>(op.getDialect()) ||
            isa<math::AbsFOp, math::AbsIOp>(op));
  });
}

static bool shouldFuse(OpOperand *fused) {
  auto producer = fused->get().getDefiningOp<linalg::GenericOp>();
  auto consumer = dyn_cast<linalg::GenericOp>(fused->getOwner());
  if (!producer || !consumer || !fused->get().hasOneUse())
    return false;
  // Several results would keep the producer alive beside its copy.
  if (producer.getNumResults() != 1)
    return false;
  AffineMap read = consumer.getMatchingIndexingMap(fused);
  if (!read.isPermutation())
    return false;
  return consumer.getNumReductionLoops() == 0 || isCheap(producer);
}

/// The source of a transposition that only `user` reads, and where each of its
/// dimensions is in the result.
static std::optional<std::pair<Value, AffineMap>>
transposedSource(Value value) {
  auto generic = value.getDefiningOp<linalg::GenericOp>();
  if (!generic || !value.hasOneUse() || generic.getNumDpsInputs() != 1 ||
      generic.getNumResults() != 1)
    return std::nullopt;
  auto yield = cast<linalg::YieldOp>(generic.getBody()->getTerminator());
  AffineMap read = generic.getIndexingMapsArray()[0];
  if (yield.getOperand(0) != generic.getBody()->getArgument(0) ||
      !read.isPermutation() || !generic.getIndexingMapsArray()[1].isIdentity())
    return std::nullopt;
  return std::pair(generic.getDpsInputs()[0], read);
}

namespace {
/// A reduction reads through a transposition, also through one behind padding:
/// it only changes where the elements lie. Not where neighbours in the result
/// read different elements, which a vector wants side by side.
///
///   %t = generic(transpose) %x           %p = tensor.pad %x (permuted)
///   %p = tensor.pad %t              ->   %c = generic(conv) %p (other map)
///   %c = generic(conv) %p
struct ReadThroughTransposition : OpRewritePattern<linalg::GenericOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(linalg::GenericOp root,
                                PatternRewriter &rewriter) const override {
    if (root.getNumReductionLoops() == 0)
      return failure();
    for (OpOperand *operand : root.getDpsInputOperands())
      if (succeeded(rewriteOperand(root, *operand, rewriter)))
        return success();
    return failure();
  }

private:
  static LogicalResult rewriteOperand(linalg::GenericOp root,
                                      OpOperand &operand,
                                      PatternRewriter &rewriter) {
    unsigned innermost = root.getNumParallelLoops();
    if (innermost > 0 &&
        root.getMatchingIndexingMap(&operand).isFunctionOfDim(innermost - 1))
      return failure();
    auto pad = operand.get().getDefiningOp<tensor::PadOp>();
    if (pad && (!pad->hasOneUse() || !pad.getConstantPaddingValue()))
      return failure();
    auto source = transposedSource(pad ? pad.getSource() : operand.get());
    if (!source)
      return failure();
    Value value = source->first;
    AffineMap read = source->second;
    if (pad)
      value = permutePad(pad, value, read, rewriter);
    SmallVector<AffineMap> maps = root.getIndexingMapsArray();
    AffineMap &map = maps[operand.getOperandNumber()];
    map = read.compose(map);
    rewriter.modifyOpInPlace(root, [&] {
      operand.set(value);
      root.setIndexingMapsAttr(rewriter.getAffineMapArrayAttr(maps));
    });
    return success();
  }

  static Value permutePad(tensor::PadOp pad, Value source, AffineMap read,
                          PatternRewriter &rewriter) {
    OpBuilder::InsertionGuard guard(rewriter);
    rewriter.setInsertionPoint(pad);
    auto permuted = [&](ArrayRef<int64_t> values) {
      SmallVector<int64_t> result;
      for (AffineExpr expr : read.getResults())
        result.push_back(values[cast<AffineDimExpr>(expr).getPosition()]);
      return result;
    };
    MLIRContext *context = pad.getContext();
    auto type = RankedTensorType::get(permuted(pad.getResultType().getShape()),
                                      pad.getResultType().getElementType());
    return tensor::PadOp::create(
        rewriter, pad.getLoc(), type, source,
        getAsIndexOpFoldResult(context, permuted(pad.getStaticLow())),
        getAsIndexOpFoldResult(context, permuted(pad.getStaticHigh())),
        pad.getConstantPaddingValue());
  }
};
} // namespace

LogicalResult fuseElementwise(func::FuncOp function) {
  MLIRContext *context = function.getContext();
  RewritePatternSet patterns(context);
  linalg::populateElementwiseOpsFusionPatterns(patterns, shouldFuse);
  patterns.add<ReadThroughTransposition>(context);
  tensor::CollapseShapeOp::getCanonicalizationPatterns(patterns, context);
  tensor::ExpandShapeOp::getCanonicalizationPatterns(patterns, context);
  return applyPatternsGreedily(function, std::move(patterns));
}

} // namespace dlc::lower
