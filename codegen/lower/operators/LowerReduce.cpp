//===- LowerReduce.cpp - nn.reduce and nn.arg_reduce to reductions --------===//
//
// The parallel loops are the result's dimensions, so a dimension kept as 1 is a
// loop of one round that the input's map does not read.
//
//===----------------------------------------------------------------------===//

#include "codegen/lower/Build.h"
#include "codegen/lower/Patterns.h"
#include "codegen/lower/Scalar.h"
#include "codegen/lower/Sums.h"
#include "codegen/lower/Window.h"
#include "dialects/nn/NnOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"

using namespace mlir;

namespace dlc::lower {

/// Reads the input of a reduction over `axes` whose result has `resultRank`
/// dimensions.
static AffineMap reducedMap(MLIRContext *context, unsigned rank,
                            unsigned resultRank, ArrayRef<int64_t> axes,
                            bool keepdims) {
  SmallVector<AffineExpr> exprs;
  unsigned parallel = 0, reduction = resultRank;
  for (unsigned i = 0; i < rank; ++i) {
    bool reduced = llvm::is_contained(axes, i);
    exprs.push_back(
        getAffineDimExpr(reduced ? reduction++ : parallel, context));
    parallel += !reduced || keepdims;
  }
  return AffineMap::get(resultRank + axes.size(), 0, exprs, context);
}

static Value emitCombine(ImplicitLocOpBuilder &b, nn::ReduceKind kind,
                         Type type, Value accumulator, Value x) {
  switch (kind) {
  case nn::ReduceKind::Sum:
  case nn::ReduceKind::Mean:
    return scalar::add(b, accumulator, x);
  case nn::ReduceKind::Prod:
    return scalar::mul(b, accumulator, x);
  case nn::ReduceKind::Max:
    return scalar::max(b, type, accumulator, x);
  case nn::ReduceKind::Min:
    return scalar::min(b, type, accumulator, x);
  }
  llvm_unreachable("unknown reduction");
}

static TypedAttr neutralOf(Builder &b, nn::ReduceKind kind, Type type) {
  switch (kind) {
  case nn::ReduceKind::Sum:
  case nn::ReduceKind::Mean:
    return scalar::zero(b, type);
  case nn::ReduceKind::Prod:
    return scalar::one(b, type);
  case nn::ReduceKind::Max:
    return scalar::lowest(b, type);
  case nn::ReduceKind::Min:
    return scalar::highest(b, type);
  }
  llvm_unreachable("unknown reduction");
}

/// Reduces `axes` of `input`, of elements of type `element`, into `type`, in
/// whose elements it is accumulated.
static Value reduceAxes(ImplicitLocOpBuilder &b, nn::ReduceKind kind,
                        Type element, Value input, ArrayRef<int64_t> axes,
                        bool keepdims, RankedTensorType type) {
  AffineMap map = reducedMap(b.getContext(), shapeOf(input).size(),
                             type.getRank(), axes, keepdims);
  Type inner = signless(element) == type.getElementType()
                   ? element
                   : type.getElementType();
  Value init = createFill(b, type, neutralOf(b, kind, inner));
  return createReduction(b, init, axes.size(), input, map,
                         [&](ImplicitLocOpBuilder &b, ValueRange args) {
                           return emitCombine(
                               b, kind, inner, args[1],
                               scalar::cast(b, args[0], element, inner));
                         });
}

//===----------------------------------------------------------------------===//
// Long sums
//===----------------------------------------------------------------------===//

/// The error of a running sum grows with its length: from here on, sums of
/// parts are added.
static constexpr int64_t kLongSum = 2048;
/// Shorter parts would leave the second sum as long as the first.
static constexpr int64_t kShortestPart = 16;

/// The last axes whose sums are about as long as the sum of their results; none
/// where the axes do not divide so.
static ArrayRef<int64_t> axesOfParts(ArrayRef<int64_t> shape,
                                     ArrayRef<int64_t> axes, int64_t count) {
  int64_t length = 1;
  size_t taken = 0;
  while (taken + 1 < axes.size() && length * length < count)
    length *= shape[axes[axes.size() - ++taken]];
  return length < kShortestPart ? ArrayRef<int64_t>() : axes.take_back(taken);
}

/// Sums of parts along `axes`, in a tensor of the same rank; `input` itself
/// where it does not divide.
static Value sumParts(ImplicitLocOpBuilder &b, Value input,
                      ArrayRef<int64_t> axes, int64_t count) {
  SmallVector<int64_t> shape(shapeOf(input));
  Type element = getElementTypeOrSelf(input), sum = sumType(element);
  ArrayRef<int64_t> parts = axesOfParts(shape, axes, count);
  if (!parts.empty()) {
    for (int64_t axis : parts)
      shape[axis] = 1;
    return reduceAxes(b, nn::ReduceKind::Sum, element, input, parts,
                      /*keepdims=*/true, RankedTensorType::get(shape, sum));
  }
  int64_t axis = *llvm::max_element(
      axes, [&](int64_t x, int64_t y) { return shape[x] < shape[y]; });
  int64_t length = 1;
  for (int64_t divisor = 2; divisor * divisor <= shape[axis]; ++divisor)
    if (shape[axis] % divisor == 0)
      length = divisor;
  if (length < kShortestPart)
    return input;
  shape[axis] /= length;
  Value split = splitDim(b, input, axis, shape[axis]);
  return reduceAxes(b, nn::ReduceKind::Sum, element, split, axis + 1,
                    /*keepdims=*/false, RankedTensorType::get(shape, sum));
}

/// sum / count as an epilogue.
static Value createMean(ImplicitLocOpBuilder &b, Type type, Value sums,
                        int64_t count) {
  auto tensor = cast<RankedTensorType>(sums.getType());
  return createParallel(
      b, tensor, sums,
      AffineMap::getMultiDimIdentityMap(tensor.getRank(), b.getContext()),
      [&](ImplicitLocOpBuilder &b, ValueRange args) {
        if (isa<FloatType>(type))
          return scalar::mul(b, args[0],
                             scalar::constant(b, type, 1.0 / count));
        return scalar::div(b, type, args[0], scalar::constant(b, type, count));
      });
}

/// Sums of integers in an accumulator.
static Value createAccumulation(ImplicitLocOpBuilder &b, nn::ReduceOp op,
                                Value input, Value convertedZero) {
  RankedTensorType type = op.getType();
  Factor data{input,
              op.getInput().getType().getElementType(),
              reducedMap(b.getContext(), shapeOf(input).size(), type.getRank(),
                         op.getAxes(), op.getKeepdims()),
              {op.getZeroPoint(), convertedZero},
              {}};
  if (convertedZero)
    data.zeroMap = zeroPointMap(convertedZero, {}, data.map);
  Value init = createFill(b, type, scalar::zero(b, type.getElementType()));
  return createSumOfProducts(b, init, op.getAxes().size(), data);
}

namespace {
struct ReduceLowering : OpConversionPattern<nn::ReduceOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(nn::ReduceOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    auto inputType = op.getInput().getType();
    Type element = inputType.getElementType();
    auto type = cast<RankedTensorType>(signless(op.getType()));
    ArrayRef<int64_t> axes = op.getAxes();
    if (op.getAccumulator()) {
      ImplicitLocOpBuilder b(op.getLoc(), rewriter);
      rewriter.replaceOp(op, createAccumulation(b, op, adaptor.getInput(),
                                                adaptor.getZeroPoint()));
      return success();
    }
    if (axes.empty()) {
      rewriter.replaceOp(op, adaptor.getInput());
      return success();
    }
    int64_t count = 1;
    for (int64_t axis : axes)
      count *= inputType.getDimSize(axis);
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    Value input = adaptor.getInput();
    nn::ReduceKind kind = op.getKind();
    bool sums = kind == nn::ReduceKind::Sum || kind == nn::ReduceKind::Mean;
    Type inner = sums ? sumType(element) : element;
    if (sums && isa<FloatType>(element) && count >= kLongSum)
      input = sumParts(b, input, axes, count);
    type = inner == element ? type : cast<RankedTensorType>(type.clone(inner));
    Value result = reduceAxes(
        b, kind,
        isa<FloatType>(element) ? getElementTypeOrSelf(input) : element, input,
        axes, op.getKeepdims(), type);
    if (kind == nn::ReduceKind::Mean && count > 1)
      result = createMean(b, inner, result, count);
    if (inner != element)
      result = createFloatCast(b, result, element);
    rewriter.replaceOp(op, result);
    return success();
  }
};

/// A reduction of two results, the best element and its position.
struct ArgReduceLowering : OpConversionPattern<nn::ArgReduceOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(nn::ArgReduceOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    auto inputType = op.getInput().getType();
    Type element = inputType.getElementType();
    auto type = cast<RankedTensorType>(op.getType());
    unsigned rank = type.getRank();
    bool isMax = op.getKind() == nn::ReduceKind::Max;
    int64_t axis = op.getAxis();
    AffineMap read = reducedMap(b.getContext(), inputType.getRank(), rank, axis,
                                op.getKeepdims());
    AffineMap write = leadingLoops(rank + 1, rank, b.getContext());
    auto bestType = cast<RankedTensorType>(type.clone(signless(element)));
    Value best = createFill(b, bestType,
                            isMax ? scalar::lowest(b, element)
                                  : scalar::highest(b, element));
    Value position = createFill(b, type, b.getI64IntegerAttr(0));
    SmallVector<utils::IteratorType> iterators(rank,
                                               utils::IteratorType::parallel);
    iterators.push_back(utils::IteratorType::reduction);
    auto generic = linalg::GenericOp::create(
        b, TypeRange{bestType, type}, adaptor.getInput(),
        ValueRange{best, position}, {read, write, write}, iterators,
        [&](OpBuilder &builder, Location loc, ValueRange args) {
          ImplicitLocOpBuilder b(loc, builder);
          emitBody(b, op, element, rank, args);
        });
    rewriter.replaceOp(op, generic.getResult(1));
    return success();
  }

private:
  static void emitBody(ImplicitLocOpBuilder &b, nn::ArgReduceOp op,
                       Type element, unsigned loop, ValueRange args) {
    using scalar::Order;
    bool isMax = op.getKind() == nn::ReduceKind::Max;
    Order order = op.getSelectLast()
                      ? (isMax ? Order::GreaterOrEqual : Order::LessOrEqual)
                      : (isMax ? Order::Greater : Order::Less);
    Value better = scalar::compare(b, element, order, args[0], args[1]);
    Value here =
        arith::IndexCastOp::create(b, b.getI64Type(), loopIndex(b, loop));
    Value best = arith::SelectOp::create(b, better, args[0], args[1]);
    Value position = arith::SelectOp::create(b, better, here, args[2]);
    linalg::YieldOp::create(b, ValueRange{best, position});
  }
};
} // namespace

void populateReducePatterns(TypeConverter &converter,
                            RewritePatternSet &patterns) {
  patterns.add<ReduceLowering, ArgReduceLowering>(converter,
                                                  patterns.getContext());
}

} // namespace dlc::lower
