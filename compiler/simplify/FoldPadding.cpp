//===- FoldPadding.cpp - Explicit padding into its consumer ---------------===//

#include "compiler/simplify/FoldBounds.h"
#include "compiler/simplify/NonNegative.h"
#include "compiler/simplify/Passes.h"
#include "dialects/nn/Constants.h"
#include "dialects/nn/NnOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;

namespace dlc::simplify {
#define GEN_PASS_DEF_FOLDPADDING
#include "compiler/simplify/Passes.h.inc"

static RankedTensorType tensorType(Value value) {
  return cast<RankedTensorType>(value.getType());
}

/// The constant a float tensor is padded with.
static std::optional<double> padValue(nn::PadOp pad) {
  if (pad.getMode() != nn::PadMode::Constant ||
      !isa<FloatType>(tensorType(pad).getElementType()))
    return std::nullopt;
  if (!pad.getValue())
    return 0.0;
  auto dense =
      dyn_cast_or_null<DenseElementsAttr>(nn::constantOf(pad.getValue()));
  if (!dense)
    return std::nullopt;
  return (*dense.value_begin<APFloat>()).convertToDouble();
}

/// The pads of the spatial dimensions (begins, then ends); nullopt when one is
/// negative or another dimension is padded too.
static std::optional<SmallVector<int64_t>> spatialPads(nn::PadOp pad,
                                                       nn::Layout layout) {
  ArrayRef<int64_t> pads = pad.getPads();
  int64_t rank = pads.size() / 2, first = nn::firstSpatialDim(layout);
  int64_t channel = nn::channelDim(layout, rank);
  for (int64_t dim : {int64_t(0), channel})
    if (pads[dim] != 0 || pads[rank + dim] != 0)
      return std::nullopt;
  SmallVector<int64_t> spatial;
  for (int64_t begin : {int64_t(0), rank})
    for (int64_t d = first; d < first + rank - 2; ++d) {
      if (pads[begin + d] < 0)
        return std::nullopt;
      spatial.push_back(pads[begin + d]);
    }
  return spatial;
}

static SmallVector<int64_t> sum(ArrayRef<int64_t> a, ArrayRef<int64_t> b) {
  SmallVector<int64_t> result(a);
  for (auto [to, from] : llvm::zip_equal(result, b))
    to += from;
  return result;
}

/// The spatial padding of `pad`, if it is one (not null) and pads with zeros.
static std::optional<SmallVector<int64_t>> zeroPads(nn::PadOp pad,
                                                    nn::Layout layout) {
  if (!pad || padValue(pad) != 0.0)
    return std::nullopt;
  return spatialPads(pad, layout);
}

namespace {
struct FoldIntoConv : OpRewritePattern<nn::ConvOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(nn::ConvOp op,
                                PatternRewriter &rewriter) const override {
    auto pad = op.getInput().getDefiningOp<nn::PadOp>();
    auto pads = zeroPads(pad, op.getLayout());
    if (!pads)
      return failure();
    // 0 * inf is NaN; what pads a convolution need not be multiplied.
    if (!isConstant(op.getFilter()) || !isFinite(op.getFilter()))
      return rewriter.notifyMatchFailure(op, "a weight may be infinite");
    rewriter.modifyOpInPlace(op, [&] {
      op.getInputMutable().assign(pad.getInput());
      op.setPads(sum(op.getPads(), *pads));
    });
    return success();
  }
};

struct FoldIntoAvgPool : OpRewritePattern<nn::AvgPoolOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(nn::AvgPoolOp op,
                                PatternRewriter &rewriter) const override {
    auto pad = op.getInput().getDefiningOp<nn::PadOp>();
    auto pads = zeroPads(pad, op.getLayout());
    if (!pads)
      return failure();
    rewriter.modifyOpInPlace(op, [&] {
      op.getInputMutable().assign(pad.getInput());
      op.setPads(sum(op.getPads(), *pads));
      op.setCountedPads(sum(op.getCountedPads(), *pads));
    });
    return success();
  }
};

struct FoldIntoMaxPool : OpRewritePattern<nn::MaxPoolOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(nn::MaxPoolOp op,
                                PatternRewriter &rewriter) const override {
    auto pad = op.getInput().getDefiningOp<nn::PadOp>();
    std::optional<double> value = pad ? padValue(pad) : std::nullopt;
    if (!value)
      return failure();
    // A pool's own padding never wins. Neither does the lowest number, nor 0
    // among numbers that are not below it.
    bool lowest = std::isinf(*value) ? *value < 0 : *value <= lowestOf(pad);
    if (!lowest && !(*value == 0 && isNonNegative(pad.getInput())))
      return failure();
    auto pads = spatialPads(pad, op.getLayout());
    if (!pads)
      return failure();
    SmallVector<int64_t> total = sum(op.getPads(), *pads);
    size_t rank = op.getKernel().size();
    for (size_t i = 0; i < total.size(); ++i) {
      size_t d = i % rank;
      if (total[i] > (op.getKernel()[d] - 1) * op.getDilations()[d])
        return rewriter.notifyMatchFailure(op, "a window of padding alone");
    }
    rewriter.modifyOpInPlace(op, [&] {
      op.getInputMutable().assign(pad.getInput());
      op.setPads(total);
    });
    return success();
  }

private:
  static double lowestOf(nn::PadOp pad) {
    auto type = cast<FloatType>(tensorType(pad).getElementType());
    return APFloat::getLargest(type.getFloatSemantics(), /*Negative=*/true)
        .convertToDouble();
  }
};

struct FoldPadding : impl::FoldPaddingBase<FoldPadding> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<FoldIntoConv, FoldIntoAvgPool, FoldIntoMaxPool>(&getContext());
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};
} // namespace
} // namespace dlc::simplify
