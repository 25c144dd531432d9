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
#include "codegen/lower/Procedure.h"
#include "codegen/lower/Scalar.h"
#include "codegen/lower/Sums.h"
#include "codegen/lower/Window.h"
#include "dialects/nn/NnOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "targets/description/TargetAttr.h"

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
    Value sums = sumsComputedRows(op)
                     ? createRowSums(b, op, adaptor, type)
                     : createContraction(b, op, adaptor, window, type);
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

  /// Whether one filter of one element sums up channels that the stage itself
  /// rescales, as the distances of a detector's box are. Without vectors these
  /// are made where they are added, if the loops are no others than theirs.
  static bool sumsComputedRows(nn::ConvOp op) {
    Value input = op.getInput();
    if (auto moved = input.getDefiningOp<nn::TransposeOp>();
        moved && moved->hasOneUse())
      input = moved.getInput();
    auto made = input.getDefiningOp<nn::RescaleOp>();
    auto isOne = [](int64_t size) { return size == 1; };
    ArrayRef<int64_t> filter = op.getFilter().getType().getShape();
    return made && made->hasOneUse() && prefersProcedures(op) &&
           targets::getTargetInfo(op).vectorBits == 0 && op.getGroup() == 1 &&
           filter[0] == 1 && llvm::all_of(filter.drop_front(2), isOne) &&
           llvm::all_of(op.getStrides(), isOne) &&
           llvm::none_of(op.getPads(), [](int64_t pad) { return pad != 0; });
  }

  /// Loops (n, o... | c).
  static Value createRowSums(ImplicitLocOpBuilder &b, nn::ConvOp op,
                             OpAdaptor adaptor, RankedTensorType type) {
    MLIRContext *context = b.getContext();
    auto rank = static_cast<unsigned>(type.getRank());
    auto channel =
        static_cast<unsigned>(nn::channelDim(op.getLayout(), type.getRank()));
    SmallVector<AffineExpr> read;
    for (unsigned d = 0, loop = 0; d < rank; ++d)
      read.push_back(
          getAffineDimExpr(d == channel ? rank - 1 : loop++, context));
    AffineMap rows = AffineMap::get(rank, 0, read, context),
              along =
                  AffineMap::get(rank, 0, getAffineDimExpr(rank - 1, context));
    SmallVector<int64_t> shape(type.getShape());
    shape.erase(shape.begin() + channel);
    Type sum = productSumType(op, type.getElementType());
    Value init =
        createFill(b, RankedTensorType::get(shape, sum), scalar::zero(b, sum));
    Factor data{adaptor.getInput(),
                op.getInput().getType().getElementType(),
                rows,
                {op.getInputZeroPoint(), adaptor.getInputZeroPoint()},
                {}};
    Factor weights{createReshape(b, adaptor.getFilter(),
                                 op.getFilter().getType().getNumElements()),
                   op.getFilter().getType().getElementType(),
                   along,
                   {op.getFilterZeroPoint(), adaptor.getFilterZeroPoint()},
                   {}};
    for (Factor *factor : {&data, &weights})
      if (Value zero = factor->zeroPoint.tensor)
        factor->zeroMap = zeroPointMap(zero, {}, factor->map);
    Value sums =
        createSumOfProducts(b, init, /*reductions=*/1, {data, weights});
    return createFloatCast(b, createReshape(b, sums, type.getShape()),
                           type.getElementType());
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
