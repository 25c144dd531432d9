//===- SimplifyArithmetic.cpp - Cheaper forms of element-wise ops ---------===//

#include "compiler/simplify/NonNegative.h"
#include "compiler/simplify/Passes.h"
#include "dialects/nn/Constants.h"
#include "dialects/nn/NnOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include <cmath>

using namespace mlir;

namespace dlc::simplify {
#define GEN_PASS_DEF_SIMPLIFYARITHMETIC
#include "compiler/simplify/Passes.h.inc"

static RankedTensorType tensorType(Value value) {
  return cast<RankedTensorType>(value.getType());
}

static Value constantLike(OpBuilder &builder, Location loc, Value like,
                          double value) {
  return arith::ConstantOp::create(builder, loc,
                                   nn::makeSplat(tensorType(like), value));
}

/// Whether `user` gives the same for 0 and for -0 as its operand.
static bool hidesSignOfZero(Operation *user) {
  if (isa<nn::AbsOp, nn::ExpOp, nn::CosOp, nn::CoshOp, nn::AcosOp,
          nn::SigmoidOp, nn::SoftmaxOp, nn::CompareOp, nn::QuantizeOp>(user))
    return true;
  auto cast = dyn_cast<nn::CastOp>(user);
  return cast && !isa<FloatType>(tensorType(cast).getElementType());
}

/// Whether a quotient or power tells 0 from -0 in anything that `value` goes
/// into: 1/0 and 1/-0 are different infinities.
static bool isSignOfZeroSeen(Value value) {
  llvm::SmallPtrSet<Operation *, 16> seen;
  SmallVector<Value> values{value};
  while (!values.empty())
    for (OpOperand &use : values.pop_back_val().getUses()) {
      Operation *user = use.getOwner();
      bool divides = isa<nn::DivOp>(user) && use.getOperandNumber() == 1;
      if (divides || isa<nn::ReciprocalOp, nn::PowOp>(user))
        return true;
      if (!hidesSignOfZero(user) && seen.insert(user).second)
        llvm::append_range(values, user->getResults());
    }
  return false;
}

/// Whether adding (or subtracting) this zero changes -0 to 0.
static bool clearsSignOfZero(Operation *op, double zero) {
  return (isa<nn::AddOp>(op) && !std::signbit(zero)) ||
         (isa<nn::SubOp>(op) && std::signbit(zero));
}

namespace {
/// x + 0, x - 0, x * 1, x / 1, x ^ 1.
template <typename OpT> struct DropNeutral : OpRewritePattern<OpT> {
  DropNeutral(MLIRContext *context, double neutral, bool commutes)
      : OpRewritePattern<OpT>(context), neutral(neutral), commutes(commutes) {}

  LogicalResult matchAndRewrite(OpT op,
                                PatternRewriter &rewriter) const override {
    Value kept, dropped;
    if (nn::splatOf(op.getRhs()) == neutral)
      kept = op.getLhs(), dropped = op.getRhs();
    else if (commutes && nn::splatOf(op.getLhs()) == neutral)
      kept = op.getRhs(), dropped = op.getLhs();
    if (!kept || kept.getType() != op.getType())
      return failure();
    if (isa<FloatType>(tensorType(op).getElementType()) &&
        clearsSignOfZero(op, *nn::splatOf(dropped)) && isSignOfZeroSeen(op))
      return rewriter.notifyMatchFailure(op, "a quotient sees the zero's sign");
    rewriter.replaceOp(op, kept);
    return success();
  }

  double neutral;
  bool commutes;
};

/// x - c -> x + (-c), left for constant folding to finish.
struct SubToAdd : OpRewritePattern<nn::SubOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(nn::SubOp op,
                                PatternRewriter &rewriter) const override {
    if (!nn::constantOf(op.getRhs()) || nn::constantOf(op.getLhs()))
      return failure();
    if (op.getAccumulator())
      return rewriter.notifyMatchFailure(op, "-(-128) is none of 8 bits");
    Value negated = nn::NegOp::create(rewriter, op.getLoc(), op.getRhs());
    rewriter.replaceOpWithNewOp<nn::AddOp>(op, op.getType(), op.getLhs(),
                                           negated);
    return success();
  }
};

/// x / c -> x * (1 / c) where c is a power of two, so that 1 / c is exact.
struct DivToMul : OpRewritePattern<nn::DivOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(nn::DivOp op,
                                PatternRewriter &rewriter) const override {
    std::optional<double> divisor = nn::splatOf(op.getRhs());
    if (!divisor || !isa<FloatType>(tensorType(op).getElementType()))
      return failure();
    int exponent;
    double mantissa = std::frexp(*divisor, &exponent);
    // Powers whose reciprocal is a normal number in every float format.
    if (std::fabs(mantissa) != 0.5 || std::abs(exponent) > 14)
      return failure();
    Value factor =
        constantLike(rewriter, op.getLoc(), op.getRhs(), 1 / *divisor);
    rewriter.replaceOpWithNewOp<nn::MulOp>(op, op.getType(), op.getLhs(),
                                           factor);
    return success();
  }
};

/// x ^ 2 -> x * x, x ^ -1 -> reciprocal, and x ^ 0.5 -> sqrt where x is not
/// negative: the power of -inf is inf, its root NaN.
struct SimplifyPow : OpRewritePattern<nn::PowOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(nn::PowOp op,
                                PatternRewriter &rewriter) const override {
    Value x = op.getLhs();
    std::optional<double> exponent = nn::splatOf(op.getRhs());
    if (!exponent || x.getType() != op.getType())
      return failure();
    bool isFloat = isa<FloatType>(tensorType(op).getElementType());
    if (*exponent == 2) {
      rewriter.replaceOpWithNewOp<nn::MulOp>(op, op.getType(), x, x);
      return success();
    }
    if (*exponent == 0.5 && isFloat && isNonNegative(x)) {
      rewriter.replaceOpWithNewOp<nn::SqrtOp>(op, op.getType(), x);
      return success();
    }
    if (*exponent == -1 && isFloat) {
      rewriter.replaceOpWithNewOp<nn::ReciprocalOp>(op, op.getType(), x);
      return success();
    }
    return failure();
  }
};

/// -(-x), ||x||, relu(relu(x)), !(!x).
template <typename OpT, bool isInvolution>
struct JoinTwice : OpRewritePattern<OpT> {
  using OpRewritePattern<OpT>::OpRewritePattern;

  LogicalResult matchAndRewrite(OpT op,
                                PatternRewriter &rewriter) const override {
    auto inner = op.getInput().template getDefiningOp<OpT>();
    if (!inner)
      return failure();
    rewriter.replaceOp(op, isInvolution ? inner.getInput()
                                        : Value(inner.getOutput()));
    return success();
  }
};

/// Bounds of a clip; -inf below and inf above are none. None is NaN.
struct Bounds {
  double min = -INFINITY, max = INFINITY;

  /// The clip that has the effect of these bounds followed by `outer`.
  Bounds then(const Bounds &outer) const {
    return {std::min(std::max(min, outer.min), outer.max),
            std::max(std::min(max, outer.max), outer.min)};
  }
};

/// The operand that an op clips by constants, and the bounds.
struct Clipped {
  Value input;
  Bounds bounds;
};
} // namespace

static std::optional<Clipped> matchClip(Operation *op) {
  if (!op)
    return std::nullopt;
  if (auto relu = dyn_cast<nn::ReluOp>(op))
    return Clipped{relu.getInput(), {0, INFINITY}};
  if (auto clip = dyn_cast<nn::ClipOp>(op)) {
    Bounds bounds;
    if (clip.getMin())
      bounds.min = clip.getMin()->convertToDouble();
    if (clip.getMax())
      bounds.max = clip.getMax()->convertToDouble();
    if (std::isnan(bounds.min) || std::isnan(bounds.max))
      return std::nullopt;
    // An empty range gives max everywhere.
    bounds.min = std::min(bounds.min, bounds.max);
    return Clipped{clip.getInput(), bounds};
  }
  if (!isa<nn::MaxOp, nn::MinOp>(op))
    return std::nullopt;
  Value input = op->getOperand(0);
  std::optional<double> bound = nn::splatOf(op->getOperand(1));
  if (!bound) {
    input = op->getOperand(1);
    bound = nn::splatOf(op->getOperand(0));
  }
  if (!bound || std::isnan(*bound) ||
      input.getType() != op->getResult(0).getType())
    return std::nullopt;
  Clipped result{input, {}};
  (isa<nn::MaxOp>(op) ? result.bounds.min : result.bounds.max) = *bound;
  return result;
}

static void replaceByClip(Operation *op, const Clipped &clipped,
                          PatternRewriter &rewriter) {
  const Bounds &bounds = clipped.bounds;
  Type type = op->getResult(0).getType();
  if (bounds.min == -INFINITY && bounds.max == INFINITY)
    return rewriter.replaceOp(op, clipped.input);
  if (bounds.min == 0 && bounds.max == INFINITY) {
    rewriter.replaceOpWithNewOp<nn::ReluOp>(op, type, clipped.input);
    return;
  }
  auto attribute = [&](double bound, double none) {
    return bound == none ? FloatAttr() : rewriter.getF64FloatAttr(bound);
  };
  rewriter.replaceOpWithNewOp<nn::ClipOp>(op, type, clipped.input,
                                          attribute(bounds.min, -INFINITY),
                                          attribute(bounds.max, INFINITY));
}

namespace {
/// Joins clips that follow each other and gives each its plainest form.
struct SimplifyClip : RewritePattern {
  explicit SimplifyClip(MLIRContext *context)
      : RewritePattern(MatchAnyOpTypeTag(), 1, context) {}

  LogicalResult matchAndRewrite(Operation *op,
                                PatternRewriter &rewriter) const override {
    std::optional<Clipped> outer = matchClip(op);
    if (!outer)
      return failure();
    if (auto inner = matchClip(outer->input.getDefiningOp())) {
      replaceByClip(op, {inner->input, inner->bounds.then(outer->bounds)},
                    rewriter);
      return success();
    }
    bool plain = isa<nn::ReluOp>(op);
    if (auto clip = dyn_cast<nn::ClipOp>(op))
      plain = (clip.getMin() || clip.getMax()) &&
              !(outer->bounds.min == 0 && outer->bounds.max == INFINITY);
    if (plain)
      return failure();
    replaceByClip(op, *outer, rewriter);
    return success();
  }
};

/// A rescale clamps anyway.
struct ClipIntoRescale : RewritePattern {
  explicit ClipIntoRescale(MLIRContext *context)
      : RewritePattern(MatchAnyOpTypeTag(), 1, context) {}

  LogicalResult matchAndRewrite(Operation *op,
                                PatternRewriter &rewriter) const override {
    std::optional<Clipped> clipped = matchClip(op);
    auto rescale =
        clipped ? clipped->input.getDefiningOp<nn::RescaleOp>() : nullptr;
    if (!rescale || !rescale->hasOneUse())
      return failure();
    Bounds own{double(int64_t(rescale.getMin())),
               double(int64_t(rescale.getMax()))};
    Bounds both = own.then(clipped->bounds);
    if (both.min != std::trunc(both.min) || both.max != std::trunc(both.max) ||
        both.min < own.min || both.max > own.max)
      return rewriter.notifyMatchFailure(op, "bounds that are no results");
    rewriter.modifyOpInPlace(rescale, [&] {
      rescale.setMin(int64_t(both.min));
      rescale.setMax(int64_t(both.max));
    });
    rewriter.replaceOp(op, rescale);
    return success();
  }
};

/// select(constant, a, b) is one of the two.
struct SelectByConstant : OpRewritePattern<nn::SelectOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(nn::SelectOp op,
                                PatternRewriter &rewriter) const override {
    std::optional<double> condition = nn::splatOf(op.getCondition());
    if (!condition)
      return failure();
    Value chosen = *condition != 0 ? op.getOnTrue() : op.getOnFalse();
    if (chosen.getType() == op.getType())
      rewriter.replaceOp(op, chosen);
    else
      rewriter.replaceOpWithNewOp<nn::BroadcastOp>(op, op.getType(), chosen);
    return success();
  }
};

/// A reduction over dimensions of size 1 only changes the shape.
struct ReduceOverOnes : OpRewritePattern<nn::ReduceOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(nn::ReduceOp op,
                                PatternRewriter &rewriter) const override {
    ArrayRef<int64_t> shape = tensorType(op.getInput()).getShape();
    if (op.getAccumulator() || llvm::any_of(op.getAxes(), [&](int64_t axis) {
          return shape[axis] != 1;
        }))
      return failure();
    rewriter.replaceOpWithNewOp<nn::ReshapeOp>(op, op.getType(), op.getInput());
    return success();
  }
};

/// A pool whose one window is the whole map, nothing of it padding.
template <typename PoolT, nn::ReduceKind kind>
struct GlobalPoolToReduce : OpRewritePattern<PoolT> {
  using OpRewritePattern<PoolT>::OpRewritePattern;

  LogicalResult matchAndRewrite(PoolT op,
                                PatternRewriter &rewriter) const override {
    RankedTensorType type = tensorType(op.getInput());
    int64_t first = nn::firstSpatialDim(op.getLayout());
    SmallVector<int64_t> axes;
    for (auto [d, size] : llvm::enumerate(op.getKernel())) {
      axes.push_back(first + d);
      if (type.getShape()[axes.back()] != size || op.getDilations()[d] != 1)
        return failure();
    }
    if (llvm::any_of(op.getPads(), [](int64_t pad) { return pad != 0; }))
      return failure();
    if constexpr (std::is_same_v<PoolT, nn::AvgPoolOp>)
      if (op.getAccumulator()) {
        rewriter.replaceOpWithNewOp<nn::ReduceOp>(
            op, op.getType(), op.getInput(), op.getZeroPoint(),
            nn::ReduceKind::Sum, axes, /*keepdims=*/true,
            op.getAccumulatorAttr());
        return success();
      }
    rewriter.replaceOpWithNewOp<nn::ReduceOp>(op, op.getType(), op.getInput(),
                                              kind, axes, /*keepdims=*/true);
    return success();
  }
};

struct SimplifyArithmetic : impl::SimplifyArithmeticBase<SimplifyArithmetic> {
  void runOnOperation() override {
    MLIRContext *context = &getContext();
    RewritePatternSet patterns(context);
    patterns.add<DropNeutral<nn::AddOp>>(context, 0.0, true);
    patterns.add<DropNeutral<nn::SubOp>>(context, 0.0, false);
    patterns.add<DropNeutral<nn::MulOp>>(context, 1.0, true);
    patterns.add<DropNeutral<nn::DivOp>>(context, 1.0, false);
    patterns.add<DropNeutral<nn::PowOp>>(context, 1.0, false);
    patterns
        .add<SubToAdd, DivToMul, SimplifyPow, JoinTwice<nn::NegOp, true>,
             JoinTwice<nn::NotOp, true>, JoinTwice<nn::AbsOp, false>,
             SimplifyClip, ClipIntoRescale, SelectByConstant, ReduceOverOnes,
             GlobalPoolToReduce<nn::MaxPoolOp, nn::ReduceKind::Max>,
             GlobalPoolToReduce<nn::AvgPoolOp, nn::ReduceKind::Mean>>(context);
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};
} // namespace
} // namespace dlc::simplify
