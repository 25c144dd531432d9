//===- LowerConv.cpp - nn.conv to a contraction over windows --------------===//
//
// Loops, channels last:  (n, o..., f | k..., c)     channels first: (n, f, o...
// | c, k...)
//   input  n, o*stride + k*dilation, c   of the zero-padded input
//   filter f, c, k...
//   out    n, o..., f
// With groups, f becomes (g, f) and c reads g too; input, filter and output
// have their channels expanded to (G, C/G). With one channel in each group
// and one filter (depthwise) there is no c loop.
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

/// The form of the channel loops.
enum class Grouping { None, Depthwise, General };

struct ConvLowering : OpConversionPattern<nn::ConvOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(nn::ConvOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    auto type = cast<RankedTensorType>(signless(op.getType()));
    Window window(op.getLayout(), shapeOf(adaptor.getFilter()).drop_front(2),
                  op.getStrides(), op.getPads(), op.getDilations());
    Value sums = createContraction(b, op, adaptor, window, type);
    if (Value bias = adaptor.getBias())
      sums = addChannelBias(b, sums, bias, op.getLayout());
    rewriter.replaceOp(op, sums);
    return success();
  }

private:
  static Grouping grouping(nn::ConvOp op, Value filter) {
    int64_t group = op.getGroup();
    if (group == 1)
      return Grouping::None;
    ArrayRef<int64_t> shape = shapeOf(filter);
    return shape[0] == group && shape[1] == 1 ? Grouping::Depthwise
                                              : Grouping::General;
  }

  static Value createContraction(ImplicitLocOpBuilder &b, nn::ConvOp op,
                                 OpAdaptor adaptor, const Window &window,
                                 RankedTensorType type) {
    Value input = adaptor.getInput(), filter = adaptor.getFilter();
    Type inputType = op.getInput().getType().getElementType();
    ZeroPoint inputZero(op.getInputZeroPoint(), adaptor.getInputZeroPoint());
    ZeroPoint filterZero(op.getFilterZeroPoint(), adaptor.getFilterZeroPoint());
    TypedAttr padding = padWithZeroPoint(
        b, input, inputType, inputZero,
        llvm::any_of(op.getPads(), [](int64_t pad) { return pad != 0; }));
    Grouping form = grouping(op, filter);
    int64_t group = op.getGroup();
    ArrayRef<int64_t> filterShape = shapeOf(filter);
    SmallVector<int64_t> shape(type.getShape());
    int64_t channel = nn::channelDim(op.getLayout(), type.getRank());
    if (form == Grouping::Depthwise) {
      SmallVector<int64_t> collapsed(filterShape);
      collapsed.erase(collapsed.begin() + 1);
      filter = createReshape(b, filter, collapsed);
    } else if (form == Grouping::General) {
      input = splitDim(b, input, channel, group);
      filter = splitDim(b, filter, 0, group);
      shape[channel] /= group;
      shape.insert(shape.begin() + channel, group);
    }
    input = window.pad(b, input, type.getShape(), padding);

    bool channelLoop = form != Grouping::Depthwise;
    unsigned spatial = window.spatialRank();
    unsigned reductions = spatial + channelLoop;
    auto maps =
        operandMaps(b.getContext(), op.getLayout(), window, form, shape.size());
    Type filterType = op.getFilter().getType().getElementType();
    Type sum = productSumType(op, type.getElementType());
    Value init =
        createFill(b, RankedTensorType::get(shape, sum), scalar::zero(b, sum));
    Factor data{input, inputType, maps.first, inputZero, {}};
    if (inputZero.tensor)
      data.zeroMap = zeroPointMap(inputZero.tensor, {}, maps.first);
    Factor weights{filter, filterType, maps.second, filterZero, {}};
    if (filterZero.tensor)
      weights.zeroMap = readFilterZero(b, weights.zeroPoint.tensor, form, group,
                                       channel, maps.second);
    Value sums = createSumOfProducts(b, init, reductions, {data, weights});
    return createFloatCast(b, createReshape(b, sums, type.getShape()),
                           type.getElementType());
  }

  /// Zero points of the filters, one for each, lie like the output's channels.
  static AffineMap readFilterZero(ImplicitLocOpBuilder &b, Value &zero,
                                  Grouping form, int64_t group, int64_t channel,
                                  AffineMap filterMap) {
    int64_t count = cast<RankedTensorType>(zero.getType()).getNumElements();
    if (count == 1)
      return zeroPointMap(zero, {}, filterMap);
    MLIRContext *context = b.getContext();
    SmallVector<int64_t> shape = {count};
    SmallVector<AffineExpr> read = {getAffineDimExpr(channel, context)};
    if (form == Grouping::General) {
      shape = {group, count / group};
      read.push_back(getAffineDimExpr(channel + 1, context));
    }
    zero = createReshape(b, zero, shape);
    return AffineMap::get(filterMap.getNumDims(), 0, read, context);
  }

  /// Maps of input and filter over `outRank` parallel loops and the reductions.
  static std::pair<AffineMap, AffineMap>
  operandMaps(MLIRContext *context, nn::Layout layout, const Window &window,
              Grouping form, unsigned outRank) {
    bool last = layout == nn::Layout::ChannelsLast;
    bool general = form == Grouping::General;
    bool channelLoop = form != Grouping::Depthwise;
    unsigned spatial = window.spatialRank();
    auto dim = [&](unsigned loop) { return getAffineDimExpr(loop, context); };
    unsigned firstSpatial = last ? 1 : 2 + general;
    unsigned channel = last ? 1 + spatial : 1;
    unsigned k = outRank + (channelLoop && !last);
    unsigned c = last ? outRank + spatial : outRank;

    SmallVector<AffineExpr> channels;
    if (form != Grouping::None)
      channels.push_back(dim(channel));
    if (channelLoop)
      channels.push_back(dim(c));
    SmallVector<AffineExpr> positions =
        window.positions(context, /*outLoop=*/firstSpatial, /*windowLoop=*/k);
    SmallVector<AffineExpr> input = {dim(0)};
    llvm::append_range(input, last ? positions : channels);
    llvm::append_range(input, last ? channels : positions);

    SmallVector<AffineExpr> filter = {dim(channel)};
    if (general)
      filter.push_back(dim(channel + 1));
    if (channelLoop)
      filter.push_back(dim(c));
    for (unsigned i = 0; i < spatial; ++i)
      filter.push_back(dim(k + i));

    unsigned loops = outRank + spatial + channelLoop;
    return {AffineMap::get(loops, 0, input, context),
            AffineMap::get(loops, 0, filter, context)};
  }
};
} // namespace

void populateConvPatterns(TypeConverter &converter,
                          RewritePatternSet &patterns) {
  patterns.add<ConvLowering>(converter, patterns.getContext());
}

} // namespace dlc::lower
