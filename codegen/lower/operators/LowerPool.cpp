//===- LowerPool.cpp - Pools to reductions over windows -------------------===//
//
// Loops (n, o..., c | k...), or (n, c, o... | k...) for channels first. An
// empty tensor of the kernel's shape gives the window loops their bounds.
//
//===----------------------------------------------------------------------===//

#include "codegen/lower/Build.h"
#include "codegen/lower/Patterns.h"
#include "codegen/lower/Scalar.h"
#include "codegen/lower/Sums.h"
#include "codegen/lower/Window.h"
#include "dialects/nn/NnOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace dlc::lower {

using CombineFn = function_ref<Value(ImplicitLocOpBuilder &, Value, Value)>;

/// How input and kernel are read in the loops of a pool of this rank.
static std::pair<AffineMap, AffineMap> poolMaps(MLIRContext *context,
                                                const Window &window,
                                                nn::Layout layout,
                                                unsigned rank) {
  unsigned spatial = window.spatialRank();
  unsigned loops = rank + spatial;
  unsigned firstSpatial = nn::firstSpatialDim(layout);
  SmallVector<AffineExpr> read, kernel;
  for (unsigned i = 0; i < rank; ++i)
    read.push_back(getAffineDimExpr(i, context));
  auto positions = window.positions(context, firstSpatial, rank);
  llvm::copy(positions, read.begin() + firstSpatial);
  for (unsigned i = 0; i < spatial; ++i)
    kernel.push_back(getAffineDimExpr(rank + i, context));
  return {AffineMap::get(loops, 0, read, context),
          AffineMap::get(loops, 0, kernel, context)};
}

/// The windows of `input` combined, from `neutral` on; `padding` around it.
static Value createPool(ImplicitLocOpBuilder &b, const Window &window,
                        nn::Layout layout, Value input, RankedTensorType type,
                        TypedAttr padding, TypedAttr neutral,
                        CombineFn combine) {
  auto [read, kernel] =
      poolMaps(b.getContext(), window, layout, type.getRank());
  Value padded = window.pad(b, input, type.getShape(), padding);
  Value windowShape = createEmpty(
      b, RankedTensorType::get(window.shape(), type.getElementType()));
  return createReduction(b, createFill(b, type, neutral), window.spatialRank(),
                         {padded, windowShape}, {read, kernel},
                         [&](ImplicitLocOpBuilder &b, ValueRange args) {
                           return combine(b, args[2], args[0]);
                         });
}

namespace {
struct MaxPoolLowering : OpConversionPattern<nn::MaxPoolOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(nn::MaxPoolOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    auto type = cast<RankedTensorType>(signless(op.getType()));
    Type element = op.getInput().getType().getElementType();
    Window window(op.getLayout(), op.getKernel(), op.getStrides(), op.getPads(),
                  op.getDilations());
    rewriter.replaceOp(
        op, createPool(b, window, op.getLayout(), adaptor.getInput(), type,
                       scalar::lowest(b, element), scalar::lowest(b, element),
                       [&](ImplicitLocOpBuilder &b, Value x, Value y) {
                         return scalar::max(b, element, x, y);
                       }));
    return success();
  }
};

/// A sum, then an epilogue that divides by the number of elements that count:
/// a constant where every window has as many, else a product of one reciprocal
/// for each spatial dimension, read from a table.
struct AvgPoolLowering : OpConversionPattern<nn::AvgPoolOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(nn::AvgPoolOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (op.getAccumulator()) {
      rewriter.replaceOp(op, lowerSums(op, adaptor, rewriter));
      return success();
    }
    Type element = op.getType().getElementType(), sum = sumType(element);
    auto type = cast<RankedTensorType>(op.getType().clone(sum));
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    Window window(op.getLayout(), op.getKernel(), op.getStrides(), op.getPads(),
                  op.getDilations());
    Value sums =
        createPool(b, window, op.getLayout(), adaptor.getInput(), type,
                   scalar::zero(b, element), scalar::zero(b, sum),
                   [&](ImplicitLocOpBuilder &b, Value x, Value y) {
                     return scalar::add(b, x, scalar::cast(b, y, element, sum));
                   });
    rewriter.replaceOp(
        op, createFloatCast(b, createDivision(b, op, sums), element));
    return success();
  }

private:
  static Value lowerSums(nn::AvgPoolOp op, OpAdaptor adaptor,
                         ConversionPatternRewriter &rewriter) {
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    RankedTensorType type = op.getType();
    Window window(op.getLayout(), op.getKernel(), op.getStrides(), op.getPads(),
                  op.getDilations());
    Value input = adaptor.getInput();
    Type element = op.getInput().getType().getElementType();
    ZeroPoint zero(op.getZeroPoint(), adaptor.getZeroPoint());
    TypedAttr padding = padWithZeroPoint(
        b, input, element, zero,
        llvm::any_of(op.getPads(), [](int64_t pad) { return pad != 0; }));
    auto [read, kernel] =
        poolMaps(b.getContext(), window, op.getLayout(), type.getRank());
    Factor data{window.pad(b, input, type.getShape(), padding),
                element,
                read,
                zero,
                {}};
    if (zero.tensor)
      data.zeroMap = zeroPointMap(zero.tensor, {}, read);
    Value windowShape = createEmpty(
        b, RankedTensorType::get(window.shape(), type.getElementType()));
    Value init = createFill(b, type, scalar::zero(b, type.getElementType()));
    return createSumOfProducts(b, init, window.spatialRank(), data, windowShape,
                               kernel);
  }

  /// How many elements of the window at `out` count in dimension `i`.
  static int64_t countAt(nn::AvgPoolOp op, unsigned i, int64_t out) {
    unsigned spatial = op.getKernel().size();
    int64_t size = op.getInput().getType().getDimSize(
        nn::firstSpatialDim(op.getLayout()) + i);
    int64_t begin = -op.getCountedPads()[i];
    int64_t end = size + op.getCountedPads()[spatial + i];
    int64_t first = out * op.getStrides()[i] - op.getPads()[i];
    int64_t count = 0;
    for (int64_t k = 0; k < op.getKernel()[i]; ++k) {
      int64_t position = first + k * op.getDilations()[i];
      count += position >= begin && position < end;
    }
    return count;
  }

  static Value createDivision(ImplicitLocOpBuilder &b, nn::AvgPoolOp op,
                              Value sums) {
    auto type = cast<RankedTensorType>(sums.getType());
    MLIRContext *context = b.getContext();
    unsigned rank = type.getRank();
    unsigned firstSpatial = nn::firstSpatialDim(op.getLayout());
    SmallVector<Value> inputs = {sums};
    SmallVector<AffineMap> maps = {
        AffineMap::getMultiDimIdentityMap(rank, context)};
    double constantCount = 1;
    for (unsigned i = 0; i < op.getKernel().size(); ++i) {
      unsigned loop = firstSpatial + i;
      SmallVector<double> reciprocals;
      for (int64_t out = 0; out < type.getDimSize(loop); ++out)
        reciprocals.push_back(1.0 / std::max<int64_t>(1, countAt(op, i, out)));
      if (reciprocals.empty())
        continue;
      if (llvm::all_equal(reciprocals)) {
        constantCount *= reciprocals.front();
        continue;
      }
      inputs.push_back(createTable(b, reciprocals, type.getElementType()));
      maps.push_back(AffineMap::get(rank, 0, getAffineDimExpr(loop, context)));
    }
    if (constantCount == 1 && inputs.size() == 1)
      return sums;
    return createParallel(
        b, type, inputs, maps, [&](ImplicitLocOpBuilder &b, ValueRange args) {
          Value factor =
              scalar::constant(b, type.getElementType(), constantCount);
          for (Value reciprocal : args.drop_front().drop_back())
            factor = scalar::mul(b, factor, reciprocal);
          return scalar::mul(b, args[0], factor);
        });
  }
};
} // namespace

void populatePoolPatterns(TypeConverter &converter,
                          RewritePatternSet &patterns) {
  patterns.add<MaxPoolLowering, AvgPoolLowering>(converter,
                                                 patterns.getContext());
}

} // namespace dlc::lower
