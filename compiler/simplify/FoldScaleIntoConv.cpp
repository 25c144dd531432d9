//===- FoldScaleIntoConv.cpp - Scales and offsets into weights ------------===//

#include "compiler/simplify/FoldBounds.h"
#include "compiler/simplify/Passes.h"
#include "dialects/nn/Constants.h"
#include "dialects/nn/NnOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;

namespace dlc::simplify {
#define GEN_PASS_DEF_FOLDSCALEINTOCONV
#include "compiler/simplify/Passes.h.inc"

static RankedTensorType tensorType(Value value) {
  return cast<RankedTensorType>(value.getType());
}

static Value reshaped(OpBuilder &builder, Location loc, Value value,
                      ArrayRef<int64_t> shape) {
  return nn::ReshapeOp::create(builder, loc, tensorType(value).clone(shape),
                               value);
}

namespace {
/// A constant that varies along one dimension of a tensor at most: a vector as
/// long as the dimension or of one element.
struct ChannelVector {
  Value constant;
  int64_t length = 0;

  /// Reshaped to have its elements in dimension `dim` of `rank`.
  Value along(OpBuilder &builder, Location loc, int64_t dim,
              int64_t rank) const {
    SmallVector<int64_t> shape(rank, 1);
    shape[dim] = length;
    return reshaped(builder, loc, constant, shape);
  }
};

/// `op` applies a constant to `data` channel by channel.
struct ChannelOp {
  Value data;
  ChannelVector vector;
};
} // namespace

/// Matches op(data, constant), and op(constant, data) where the order does not
/// matter, with a constant along dimension `dim` that leaves data's shape.
template <typename OpT>
static FailureOr<ChannelOp> matchChannelOp(OpT op, int64_t channelDim) {
  Value data = op.getLhs(), constant = op.getRhs();
  if (!isConstant(constant) && isa<nn::AddOp, nn::MulOp>(op))
    std::swap(data, constant);
  if (!isConstant(constant) || isConstant(data) ||
      data.getType() != op.getType() ||
      !isa<FloatType>(tensorType(data).getElementType()))
    return failure();
  ArrayRef<int64_t> shape = tensorType(constant).getShape();
  int64_t missing = tensorType(data).getRank() - int64_t(shape.size());
  int64_t length = 1;
  for (auto [d, extent] : llvm::enumerate(shape)) {
    if (extent == 1)
      continue;
    if (int64_t(d) + missing != channelDim)
      return failure();
    length = extent;
  }
  return ChannelOp{data, {constant, length}};
}

/// Dimension of the filter that counts output channels; -1 when they are
/// spread over two.
static int64_t outputDim(nn::ConvOp) { return 0; }
static int64_t outputDim(nn::ConvTransposeOp conv) {
  return conv.getGroup() == 1 ? 1 : -1;
}

static int64_t channelDimOf(Operation *conv, nn::Layout layout) {
  return nn::channelDim(layout, tensorType(conv->getResult(0)).getRank());
}

/// bias + vector, or the vector as a bias of `channels` elements.
static Value addToBias(OpBuilder &builder, Location loc, Value bias,
                       const ChannelVector &vector, int64_t channels) {
  Value offset = vector.along(builder, loc, 0, 1);
  if (bias)
    return nn::AddOp::create(builder, loc, bias, offset);
  if (vector.length == channels)
    return offset;
  return nn::BroadcastOp::create(
      builder, loc, tensorType(offset).clone(ArrayRef<int64_t>{channels}),
      offset);
}

/// The same op with another filter and bias, at the place and for the type of
/// the op it replaces.
template <typename ConvT>
static ConvT cloneWith(OpBuilder &builder, Location loc, ConvT conv,
                       Value input, Value filter, Value bias) {
  SmallVector<Value> operands = {input, filter};
  if (bias)
    operands.push_back(bias);
  auto attributes = llvm::to_vector(conv->getAttrs());
  llvm::erase_if(attributes, [](NamedAttribute attribute) {
    return attribute.getName() == "operandSegmentSizes";
  });
  if constexpr (std::is_same_v<ConvT, nn::ConvOp>)
    attributes.push_back(builder.getNamedAttr(
        "operandSegmentSizes",
        builder.getDenseI32ArrayAttr({1, 1, bias != nullptr, 0, 0})));
  return ConvT::create(builder, loc, TypeRange(conv.getType()), operands,
                       attributes);
}

namespace {
/// mul, div, add or sub of a constant after a convolution.
template <typename OpT, typename ConvT>
struct FoldAfterConv : OpRewritePattern<OpT> {
  using OpRewritePattern<OpT>::OpRewritePattern;

  LogicalResult matchAndRewrite(OpT op,
                                PatternRewriter &rewriter) const override {
    for (Value operand : op->getOperands()) {
      auto conv = operand.getDefiningOp<ConvT>();
      if (!conv || !conv->hasOneUse() || !isConstant(conv.getFilter()) ||
          (conv.getBias() && !isConstant(conv.getBias())))
        continue;
      auto match = matchChannelOp(op, channelDimOf(conv, conv.getLayout()));
      if (failed(match) || match->data != operand)
        continue;
      return fold(op, conv, match->vector, rewriter);
    }
    return failure();
  }

private:
  static LogicalResult fold(OpT op, ConvT conv, ChannelVector vector,
                            PatternRewriter &rewriter) {
    // The convolution is where the work is: it gives the node its name.
    Location loc = conv.getLoc();
    Value filter = conv.getFilter(), bias = conv.getBias();
    SumWeights sums{filter, outputDim(conv), bias};
    if constexpr (std::is_same_v<OpT, nn::AddOp> ||
                  std::is_same_v<OpT, nn::SubOp>) {
      if (!canAddToBias(sums, vector.constant))
        return rewriter.notifyMatchFailure(op, "the sum loses digits");
      if (std::is_same_v<OpT, nn::SubOp>)
        vector.constant = nn::NegOp::create(rewriter, loc, vector.constant);
      RankedTensorType type = tensorType(conv);
      int64_t channels = type.getShape()[channelDimOf(conv, conv.getLayout())];
      bias = addToBias(rewriter, loc, bias, vector, channels);
    } else {
      if (sums.channelDim < 0)
        return rewriter.notifyMatchFailure(op, "grouped transposed filter");
      if (!canScaleSums(sums,
                        {vector.constant, std::is_same_v<OpT, nn::DivOp>}))
        return rewriter.notifyMatchFailure(op, "the products lose digits");
      int64_t rank = tensorType(filter).getRank();
      filter = OpT::create(rewriter, loc, filter,
                           vector.along(rewriter, loc, sums.channelDim, rank));
      if (bias)
        bias =
            OpT::create(rewriter, loc, bias, vector.along(rewriter, loc, 0, 1));
    }
    ConvT folded =
        cloneWith(rewriter, loc, conv, conv.getInput(), filter, bias);
    rewriter.replaceOp(op, folded);
    return success();
  }
};

/// A convolution of x * s, or of x + t when nothing is padded.
struct FoldBeforeConv : OpRewritePattern<nn::ConvOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(nn::ConvOp conv,
                                PatternRewriter &rewriter) const override {
    Operation *before = conv.getInput().getDefiningOp();
    if (!before || !before->hasOneUse() || conv.getGroup() != 1 ||
        !isConstant(conv.getFilter()) ||
        (conv.getBias() && !isConstant(conv.getBias())))
      return failure();
    int64_t channel = channelDimOf(conv, conv.getLayout());
    if (auto mul = dyn_cast<nn::MulOp>(before))
      if (auto match = matchChannelOp(mul, channel); succeeded(match))
        return foldScale(conv, *match, rewriter);
    bool padded =
        llvm::any_of(conv.getPads(), [](int64_t p) { return p != 0; });
    if (auto add = dyn_cast<nn::AddOp>(before); add && !padded)
      if (auto match = matchChannelOp(add, channel); succeeded(match))
        return foldOffset(conv, *match, rewriter);
    return failure();
  }

private:
  static LogicalResult foldScale(nn::ConvOp conv, const ChannelOp &match,
                                 PatternRewriter &rewriter) {
    if (!canScaleWeights(conv.getFilter(), 1, match.vector.constant))
      return rewriter.notifyMatchFailure(conv, "the products lose digits");
    Location loc = conv.getLoc();
    int64_t rank = tensorType(conv.getFilter()).getRank();
    Value filter =
        nn::MulOp::create(rewriter, loc, conv.getFilter(),
                          match.vector.along(rewriter, loc, 1, rank));
    rewriter.replaceOp(conv, cloneWith(rewriter, loc, conv, match.data, filter,
                                       conv.getBias()));
    return success();
  }

  static LogicalResult foldOffset(nn::ConvOp conv, const ChannelOp &match,
                                  PatternRewriter &rewriter) {
    SumWeights sums{conv.getFilter(), 0, conv.getBias()};
    if (!canMoveOffsets(sums, 1, match.vector.constant))
      return rewriter.notifyMatchFailure(conv, "the offsets may cancel");
    Location loc = conv.getLoc();
    int64_t rank = tensorType(conv.getFilter()).getRank();
    Value seen = nn::MulOp::create(rewriter, loc, conv.getFilter(),
                                   match.vector.along(rewriter, loc, 1, rank));
    auto axes = llvm::to_vector(llvm::seq<int64_t>(1, rank));
    Value sum = nn::ReduceOp::create(rewriter, loc, seen, nn::ReduceKind::Sum,
                                     axes, /*keepdims=*/false);
    int64_t channels = tensorType(sum).getNumElements();
    Value bias =
        addToBias(rewriter, loc, conv.getBias(), {sum, channels}, channels);
    rewriter.replaceOp(conv, cloneWith(rewriter, loc, conv, match.data,
                                       conv.getFilter(), bias));
    return success();
  }
};

/// (x * w) * s -> x * (w * s) with s along the columns, and
/// (x * w + t) * s -> x * (w * s) + t * s.
struct FoldAfterMatmul : OpRewritePattern<nn::MulOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(nn::MulOp op,
                                PatternRewriter &rewriter) const override {
    int64_t columns = tensorType(op).getRank() - 1;
    auto scale = matchChannelOp(op, columns);
    if (failed(scale))
      return failure();
    Value data = scale->data, offset;
    if (auto add = data.getDefiningOp<nn::AddOp>(); add && add->hasOneUse()) {
      auto match = matchChannelOp(add, columns);
      if (failed(match))
        return failure();
      data = match->data;
      offset = match->vector.constant;
    }
    auto matmul = data.getDefiningOp<nn::MatmulOp>();
    if (!matmul || !matmul->hasOneUse() || !isConstant(matmul.getRhs()))
      return failure();
    int64_t rank = tensorType(matmul.getRhs()).getRank();
    SumWeights sums{matmul.getRhs(), rank - 1, offset};
    if (!canScaleSums(sums, {scale->vector.constant}))
      return rewriter.notifyMatchFailure(op, "the products lose digits");
    Location loc = matmul.getLoc();
    Value rhs =
        nn::MulOp::create(rewriter, loc, matmul.getRhs(),
                          scale->vector.along(rewriter, loc, rank - 1, rank));
    Value product =
        nn::MatmulOp::create(rewriter, loc, op.getType(), matmul.getLhs(), rhs);
    if (!offset) {
      rewriter.replaceOp(op, product);
      return success();
    }
    Value moved = nn::MulOp::create(rewriter, op.getLoc(), offset,
                                    scale->vector.constant);
    rewriter.replaceOpWithNewOp<nn::AddOp>(op, op.getType(), product, moved);
    return success();
  }
};

struct FoldScaleIntoConv : impl::FoldScaleIntoConvBase<FoldScaleIntoConv> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<FoldAfterConv<nn::MulOp, nn::ConvOp>,
                 FoldAfterConv<nn::DivOp, nn::ConvOp>,
                 FoldAfterConv<nn::AddOp, nn::ConvOp>,
                 FoldAfterConv<nn::SubOp, nn::ConvOp>,
                 FoldAfterConv<nn::MulOp, nn::ConvTransposeOp>,
                 FoldAfterConv<nn::DivOp, nn::ConvTransposeOp>,
                 FoldAfterConv<nn::AddOp, nn::ConvTransposeOp>,
                 FoldAfterConv<nn::SubOp, nn::ConvTransposeOp>, FoldBeforeConv,
                 FoldAfterMatmul>(&getContext());
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};
} // namespace
} // namespace dlc::simplify
