//===- LowerConvTranspose.cpp - nn.conv_transpose to a contraction --------===//
//
// The input with stride - 1 zeros between its elements, zero-padded, under a
// convolution of stride 1 that runs through the filter from its end:
//   input  n, o + (K-1)*dilation - k*dilation, c
//   filter c, f, k...
//   out    n, o..., f
// Groups expand the channels as in a convolution.
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

namespace {
struct ConvTransposeLowering : OpConversionPattern<nn::ConvTransposeOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(nn::ConvTransposeOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    auto type = cast<RankedTensorType>(signless(op.getType()));
    int64_t rank = type.getRank(), group = op.getGroup();
    int64_t channel = nn::channelDim(op.getLayout(), rank);
    Value input = spread(b, op, adaptor.getInput());
    Value filter = adaptor.getFilter();
    SmallVector<int64_t> shape(type.getShape());
    if (group > 1) {
      input = splitDim(b, input, channel, group);
      filter = splitDim(b, filter, 0, group);
      shape[channel] /= group;
      shape.insert(shape.begin() + channel, group);
    }
    Type sum = productSumType(op, type.getElementType());
    Value init =
        createFill(b, RankedTensorType::get(shape, sum), scalar::zero(b, sum));
    Type inputType = op.getInput().getType().getElementType();
    Type filterType = op.getFilter().getType().getElementType();
    auto [inputMap, filterMap] = operandMaps(op, rank);
    Value sums = createReduction(
        b, init, rank - 1, {input, filter}, {inputMap, filterMap},
        [&](ImplicitLocOpBuilder &b, ValueRange args) {
          return scalar::multiplyAdd(b, inputType, filterType, args[0], args[1],
                                     args[2]);
        });
    sums = createFloatCast(b, createReshape(b, sums, type.getShape()),
                           type.getElementType());
    if (Value bias = adaptor.getBias())
      sums = addChannelBias(b, sums, bias, op.getLayout());
    rewriter.replaceOp(op, sums);
    return success();
  }

private:
  /// The input's elements `stride` apart among zeros, with the border that the
  /// windows reach; what lies before the first window is cut off.
  static Value spread(ImplicitLocOpBuilder &b, nn::ConvTransposeOp op,
                      Value input) {
    auto type = cast<RankedTensorType>(input.getType());
    int64_t rank = type.getRank();
    int64_t spatial = nn::firstSpatialDim(op.getLayout());
    SmallVector<int64_t> steps(rank, 1), starts(rank, 0), skip(rank, 0);
    SmallVector<int64_t> taken(type.getShape()), shape(type.getShape());
    for (unsigned i = 0; i < op.getStrides().size(); ++i) {
      int64_t dim = spatial + i, stride = op.getStrides()[i];
      int64_t reach = (op.getFilter().getType().getDimSize(2 + i) - 1) *
                      op.getDilations()[i];
      // Row 0 of the result is the input's first row at `reach - pad`.
      int64_t first = reach - op.getPads()[i];
      shape[dim] = op.getType().getDimSize(dim) + reach;
      steps[dim] = stride;
      if (first < 0) {
        skip[dim] = (-first + stride - 1) / stride;
        first += skip[dim] * stride;
      }
      starts[dim] = first;
      int64_t room =
          std::max<int64_t>(0, (shape[dim] - first + stride - 1) / stride);
      taken[dim] = std::max<int64_t>(0, std::min(taken[dim] - skip[dim], room));
    }
    SmallVector<int64_t> ones(rank, 1);
    if (ArrayRef<int64_t>(taken) != type.getShape())
      input = createSlice(b, input, skip, taken, ones);
    Value zeros = createFill(b, type.clone(shape),
                             scalar::zero(b, type.getElementType()));
    return createInsert(b, input, zeros, starts, steps);
  }

  static std::pair<AffineMap, AffineMap> operandMaps(nn::ConvTransposeOp op,
                                                     unsigned rank) {
    MLIRContext *context = op.getContext();
    bool last = op.getLayout() == nn::Layout::ChannelsLast;
    bool grouped = op.getGroup() > 1;
    unsigned spatial = rank - 2, outRank = rank + grouped;
    auto dim = [&](unsigned loop) { return getAffineDimExpr(loop, context); };
    unsigned firstSpatial = last ? 1 : 2 + grouped;
    unsigned channel = last ? 1 + spatial : 1;
    unsigned k = outRank + !last, c = last ? outRank + spatial : outRank;

    SmallVector<AffineExpr> channels, positions, filter;
    if (grouped)
      channels.push_back(dim(channel));
    channels.push_back(dim(c));
    llvm::append_range(filter, channels);
    filter.push_back(dim(channel + grouped));
    for (unsigned i = 0; i < spatial; ++i) {
      int64_t dilation = op.getDilations()[i];
      int64_t reach =
          (op.getFilter().getType().getDimSize(2 + i) - 1) * dilation;
      positions.push_back(dim(firstSpatial + i) + reach -
                          dim(k + i) * dilation);
      filter.push_back(dim(k + i));
    }
    SmallVector<AffineExpr> input = {dim(0)};
    llvm::append_range(input, last ? positions : channels);
    llvm::append_range(input, last ? channels : positions);
    unsigned loops = outRank + spatial + 1;
    return {AffineMap::get(loops, 0, input, context),
            AffineMap::get(loops, 0, filter, context)};
  }
};
} // namespace

void populateConvTransposePatterns(TypeConverter &converter,
                                   RewritePatternSet &patterns) {
  patterns.add<ConvTransposeLowering>(converter, patterns.getContext());
}

} // namespace dlc::lower
