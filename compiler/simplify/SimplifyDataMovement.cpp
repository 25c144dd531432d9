//===- SimplifyDataMovement.cpp - Joins ops that only move elements -------===//

#include "compiler/simplify/Passes.h"
#include "dialects/nn/Constants.h"
#include "dialects/nn/NnOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Utils/ReshapeOpsUtils.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;

namespace dlc::simplify {
#define GEN_PASS_DEF_SIMPLIFYDATAMOVEMENT
#include "compiler/simplify/Passes.h.inc"

static RankedTensorType tensorType(Value value) {
  return cast<RankedTensorType>(value.getType());
}

static bool isIdentity(ArrayRef<int64_t> perm) {
  for (auto [i, dim] : llvm::enumerate(perm))
    if (int64_t(i) != dim)
      return false;
  return true;
}

/// Whether an op that keeps the type keeps every element in its place too.
static bool isIdentity(Operation *op) {
  if (auto transpose = dyn_cast<nn::TransposeOp>(op))
    return isIdentity(transpose.getPerm());
  if (auto slice = dyn_cast<nn::SliceOp>(op))
    return llvm::all_of(slice.getSteps(),
                        [](int64_t step) { return step > 0; });
  if (auto pad = dyn_cast<nn::PadOp>(op))
    return llvm::all_of(pad.getPads(), [](int64_t p) { return p == 0; });
  if (auto resize = dyn_cast<nn::ResizeOp>(op))
    return llvm::all_of(resize.getScales(), [](double s) { return s == 1; });
  if (auto concat = dyn_cast<nn::ConcatOp>(op))
    return concat.getInputs().size() == 1;
  return isa<nn::ReshapeOp, nn::CastOp, nn::BroadcastOp, nn::TileOp>(op);
}

namespace {
struct DropIdentity : RewritePattern {
  explicit DropIdentity(MLIRContext *context)
      : RewritePattern(MatchAnyOpTypeTag(), 2, context) {}

  LogicalResult matchAndRewrite(Operation *op,
                                PatternRewriter &rewriter) const override {
    if (op->getNumOperands() == 0 || op->getNumResults() != 1 ||
        op->getOperand(0).getType() != op->getResult(0).getType() ||
        !isIdentity(op))
      return failure();
    rewriter.replaceOp(op, op->getOperand(0));
    return success();
  }
};

struct JoinReshapes : OpRewritePattern<nn::ReshapeOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(nn::ReshapeOp op,
                                PatternRewriter &rewriter) const override {
    auto inner = op.getInput().getDefiningOp<nn::ReshapeOp>();
    if (!inner)
      return failure();
    rewriter.replaceOpWithNewOp<nn::ReshapeOp>(op, op.getType(),
                                               inner.getInput());
    return success();
  }
};

struct JoinTransposes : OpRewritePattern<nn::TransposeOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(nn::TransposeOp op,
                                PatternRewriter &rewriter) const override {
    auto inner = op.getInput().getDefiningOp<nn::TransposeOp>();
    if (!inner)
      return failure();
    SmallVector<int64_t> perm;
    for (int64_t dim : op.getPerm())
      perm.push_back(inner.getPerm()[dim]);
    rewriter.replaceOpWithNewOp<nn::TransposeOp>(op, op.getType(),
                                                 inner.getInput(), perm);
    return success();
  }
};

/// Two transposes around a reshape that merges dimensions become one before it,
/// where the second one moves what is merged as a whole.
struct JoinTransposesAroundReshape : OpRewritePattern<nn::TransposeOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(nn::TransposeOp op,
                                PatternRewriter &rewriter) const override {
    auto reshape = op.getInput().getDefiningOp<nn::ReshapeOp>();
    if (!reshape || !reshape->hasOneUse())
      return failure();
    auto inner = reshape.getInput().getDefiningOp<nn::TransposeOp>();
    if (!inner || !inner->hasOneUse() ||
        inner.getType().getRank() <= reshape.getType().getRank())
      return failure();
    std::optional<SmallVector<ReassociationIndices>> merged =
        getReassociationIndicesForReshape(inner.getType(), reshape.getType());
    if (!merged)
      return failure();
    ArrayRef<int64_t> shape = tensorType(inner.getInput()).getShape();
    SmallVector<int64_t> perm, sizes;
    for (int64_t group : op.getPerm())
      for (int64_t dim : (*merged)[group]) {
        perm.push_back(inner.getPerm()[dim]);
        sizes.push_back(shape[perm.back()]);
      }
    Value moved = nn::TransposeOp::create(rewriter, op.getLoc(),
                                          op.getType().clone(sizes),
                                          inner.getInput(), perm);
    rewriter.replaceOpWithNewOp<nn::ReshapeOp>(op, op.getType(), moved);
    return success();
  }
};

/// Only dimensions of size 1 change places: the elements do not.
struct TransposeToReshape : OpRewritePattern<nn::TransposeOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(nn::TransposeOp op,
                                PatternRewriter &rewriter) const override {
    ArrayRef<int64_t> shape = tensorType(op.getInput()).getShape();
    int64_t last = -1;
    for (int64_t dim : op.getPerm()) {
      if (shape[dim] == 1)
        continue;
      if (dim < last)
        return failure();
      last = dim;
    }
    rewriter.replaceOpWithNewOp<nn::ReshapeOp>(op, op.getType(), op.getInput());
    return success();
  }
};

struct JoinSlices : OpRewritePattern<nn::SliceOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(nn::SliceOp op,
                                PatternRewriter &rewriter) const override {
    auto inner = op.getInput().getDefiningOp<nn::SliceOp>();
    if (!inner)
      return failure();
    SmallVector<int64_t> starts, steps;
    for (size_t d = 0; d < op.getStarts().size(); ++d) {
      int64_t step = inner.getSteps()[d];
      starts.push_back(inner.getStarts()[d] + op.getStarts()[d] * step);
      steps.push_back(op.getSteps()[d] * step);
    }
    rewriter.replaceOpWithNewOp<nn::SliceOp>(op, op.getType(), inner.getInput(),
                                             starts, op.getSizes(), steps);
    return success();
  }
};

/// A slice that lies in one operand of a concat.
struct SliceOfConcat : OpRewritePattern<nn::SliceOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(nn::SliceOp op,
                                PatternRewriter &rewriter) const override {
    auto concat = op.getInput().getDefiningOp<nn::ConcatOp>();
    if (!concat || llvm::is_contained(op.getSizes(), 0))
      return failure();
    int64_t axis = concat.getAxis();
    int64_t first = op.getStarts()[axis];
    int64_t last = first + (op.getSizes()[axis] - 1) * op.getSteps()[axis];
    if (last < first)
      std::swap(first, last);
    int64_t begin = 0;
    for (Value input : concat.getInputs()) {
      int64_t end = begin + tensorType(input).getShape()[axis];
      if (first >= begin && last < end) {
        SmallVector<int64_t> starts(op.getStarts());
        starts[axis] -= begin;
        rewriter.replaceOpWithNewOp<nn::SliceOp>(
            op, op.getType(), input, starts, op.getSizes(), op.getSteps());
        return success();
      }
      begin = end;
    }
    return failure();
  }
};

/// concat(concat(a, b), c) along one axis, where nothing else needs the inner.
struct JoinConcats : OpRewritePattern<nn::ConcatOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(nn::ConcatOp op,
                                PatternRewriter &rewriter) const override {
    SmallVector<Value> inputs;
    for (Value input : op.getInputs()) {
      auto inner = input.getDefiningOp<nn::ConcatOp>();
      if (inner && inner->hasOneUse() && inner.getAxis() == op.getAxis())
        llvm::append_range(inputs, inner.getInputs());
      else
        inputs.push_back(input);
    }
    if (inputs.size() == op.getInputs().size())
      return failure();
    rewriter.replaceOpWithNewOp<nn::ConcatOp>(op, op.getType(), inputs,
                                              op.getAxis());
    return success();
  }
};

/// Constant indices that are evenly spaced, or just one, are a slice.
struct GatherToSlice : OpRewritePattern<nn::GatherOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(nn::GatherOp op,
                                PatternRewriter &rewriter) const override {
    auto constant = nn::constantOf(op.getIndices());
    auto indices = constant ? nn::readIntegers(constant) : std::nullopt;
    if (!indices || indices->empty())
      return failure();
    RankedTensorType type = tensorType(op.getData());
    int64_t axis = op.getAxis(), extent = type.getShape()[axis];
    for (int64_t &index : *indices) {
      index += index < 0 ? extent : 0;
      if (index < 0 || index >= extent)
        return failure();
    }
    int64_t step = indices->size() > 1 ? (*indices)[1] - (*indices)[0] : 1;
    for (size_t i = 1; i < indices->size(); ++i)
      if (step == 0 || (*indices)[i] - (*indices)[i - 1] != step)
        return failure();
    SmallVector<int64_t> starts(type.getRank(), 0), sizes(type.getShape()),
        steps(type.getRank(), 1);
    starts[axis] = indices->front();
    sizes[axis] = indices->size();
    steps[axis] = step;
    Value slice = nn::SliceOp::create(rewriter, op.getLoc(), op.getData(),
                                      starts, sizes, steps);
    // The indices' own shape takes the axis' place.
    rewriter.replaceOpWithNewOp<nn::ReshapeOp>(op, op.getType(), slice);
    return success();
  }
};

/// An element-wise op broadcasts its operands by itself.
struct DropBroadcast : RewritePattern {
  explicit DropBroadcast(MLIRContext *context)
      : RewritePattern(MatchAnyOpTypeTag(), 1, context) {}

  LogicalResult matchAndRewrite(Operation *op,
                                PatternRewriter &rewriter) const override {
    if (!op->hasTrait<nn::ElementwiseOp>() || op->getNumOperands() < 2)
      return failure();
    for (OpOperand &operand : op->getOpOperands()) {
      auto broadcast = operand.get().getDefiningOp<nn::BroadcastOp>();
      if (!broadcast || !keepsShape(op, operand, broadcast.getInput()))
        continue;
      rewriter.modifyOpInPlace(op, [&] { operand.set(broadcast.getInput()); });
      return success();
    }
    return failure();
  }

private:
  /// Whether the result has its shape with another operand too.
  static bool keepsShape(Operation *op, OpOperand &replaced, Value by) {
    SmallVector<int64_t> shape;
    for (OpOperand &operand : op->getOpOperands()) {
      Value value = &operand == &replaced ? by : operand.get();
      auto joined = nn::broadcastShapes(shape, tensorType(value).getShape());
      if (!joined)
        return false;
      shape = *joined;
    }
    return ArrayRef<int64_t>(shape) == tensorType(op->getResult(0)).getShape();
  }
};

/// Repeating a dimension of size 1 is broadcasting it.
struct TileToBroadcast : OpRewritePattern<nn::TileOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(nn::TileOp op,
                                PatternRewriter &rewriter) const override {
    for (auto [extent, repeats] :
         llvm::zip(tensorType(op.getInput()).getShape(), op.getRepeats()))
      if (extent != 1 && repeats != 1)
        return failure();
    rewriter.replaceOpWithNewOp<nn::BroadcastOp>(op, op.getType(),
                                                 op.getInput());
    return success();
  }
};

struct SimplifyDataMovement
    : impl::SimplifyDataMovementBase<SimplifyDataMovement> {
  void runOnOperation() override {
    MLIRContext *context = &getContext();
    RewritePatternSet patterns(context);
    patterns.add<DropIdentity, JoinReshapes, JoinTransposes,
                 JoinTransposesAroundReshape, TransposeToReshape, JoinSlices,
                 SliceOfConcat, JoinConcats, GatherToSlice, DropBroadcast,
                 TileToBroadcast>(context);
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};
} // namespace
} // namespace dlc::simplify
