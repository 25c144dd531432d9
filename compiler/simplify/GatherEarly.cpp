//===- GatherEarly.cpp - Computes only what a gather chooses --------------===//

#include "compiler/simplify/Passes.h"
#include "dialects/nn/NnOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;

namespace dlc::simplify {
#define GEN_PASS_DEF_GATHEREARLY
#include "compiler/simplify/Passes.h.inc"

static RankedTensorType tensorType(Value value) {
  return cast<RankedTensorType>(value.getType());
}

static int64_t product(ArrayRef<int64_t> sizes) {
  int64_t count = 1;
  for (int64_t size : sizes)
    count *= size;
  return count;
}

namespace {

/// A gather, and the op that makes what it chooses from.
class Chosen {
public:
  Chosen(nn::GatherOp gather, PatternRewriter &rewriter)
      : gather(gather), rewriter(rewriter),
        maker(gather.getData().getDefiningOp()), axis(gather.getAxis()),
        size(tensorType(gather.getData()).getDimSize(axis)),
        count(gather.getIndices().getType().getDimSize(0)) {}

  /// For each operand the axis along which its elements are those of the
  /// result's positions, or none where all of it is needed; nothing where a
  /// position needs others.
  std::optional<SmallVector<std::optional<int64_t>>> operandAxes();

  /// The maker's results at the chosen positions.
  Value rebuild(ArrayRef<std::optional<int64_t>> axes);

private:
  std::optional<int64_t> axisInReshape();
  std::optional<int64_t> axisInReduction(ArrayRef<int64_t> axes, bool keepdims);
  bool convKeepsPositions(nn::ConvOp conv);
  Value choose(Value value, int64_t axis);

  nn::GatherOp gather;
  PatternRewriter &rewriter;
  Operation *maker;
  int64_t axis, size, count;
};

} // namespace

/// The dimension of the operand that is dimension `axis` of a reshape.
std::optional<int64_t> Chosen::axisInReshape() {
  ArrayRef<int64_t> from = tensorType(maker->getOperand(0)).getShape(),
                    to = tensorType(maker->getResult(0)).getShape();
  int64_t behind = product(to.drop_front(axis + 1));
  for (size_t i = 0; i < from.size(); ++i)
    if (from[i] == size && product(from.drop_front(i + 1)) == behind)
      return static_cast<int64_t>(i);
  return std::nullopt;
}

std::optional<int64_t> Chosen::axisInReduction(ArrayRef<int64_t> axes,
                                               bool keepdims) {
  int64_t at = axis;
  if (!keepdims)
    for (int64_t reduced : axes)
      at += reduced <= at;
  if (llvm::is_contained(axes, at))
    return std::nullopt;
  return at;
}

/// Whether a result is computed of the elements at its own position.
bool Chosen::convKeepsPositions(nn::ConvOp conv) {
  int64_t at = axis - 2, rank = conv.getStrides().size();
  return conv.getLayout() == nn::Layout::ChannelsFirst && at >= 0 &&
         tensorType(conv.getFilter()).getDimSize(axis) == 1 &&
         conv.getStrides()[at] == 1 && conv.getPads()[at] == 0 &&
         conv.getPads()[at + rank] == 0;
}

std::optional<SmallVector<std::optional<int64_t>>> Chosen::operandAxes() {
  using Axes = SmallVector<std::optional<int64_t>>;
  auto first = [&](std::optional<int64_t> at) -> std::optional<Axes> {
    if (!at)
      return std::nullopt;
    Axes axes(maker->getNumOperands());
    axes[0] = at;
    return axes;
  };
  if (maker->hasTrait<nn::ElementwiseOp>() && !isa<nn::RescaleOp>(maker)) {
    Axes axes;
    int64_t rank = tensorType(maker->getResult(0)).getRank();
    for (Value operand : maker->getOperands()) {
      RankedTensorType type = tensorType(operand);
      int64_t at = axis - (rank - type.getRank());
      bool varies = at >= 0 && type.getDimSize(at) != 1;
      axes.push_back(varies ? std::optional(at) : std::nullopt);
    }
    return axes;
  }
  if (isa<nn::QuantizeOp, nn::DequantizeOp>(maker)) {
    bool isAlong = tensorType(maker->getOperand(1)).getNumElements() != 1;
    return isAlong ? std::nullopt : first(axis);
  }
  if (isa<nn::ReshapeOp>(maker))
    return first(axisInReshape());
  if (auto transpose = dyn_cast<nn::TransposeOp>(maker))
    return first(transpose.getPerm()[axis]);
  if (auto slice = dyn_cast<nn::SliceOp>(maker)) {
    bool isWhole = slice.getStarts()[axis] == 0 &&
                   slice.getSteps()[axis] == 1 &&
                   tensorType(slice.getInput()).getDimSize(axis) == size;
    return isWhole ? first(axis) : std::nullopt;
  }
  if (auto concat = dyn_cast<nn::ConcatOp>(maker)) {
    if (static_cast<int64_t>(concat.getAxis()) == axis)
      return std::nullopt;
    return Axes(maker->getNumOperands(), axis);
  }
  if (auto softmax = dyn_cast<nn::SoftmaxOp>(maker))
    return static_cast<int64_t>(softmax.getAxis()) == axis ? std::nullopt
                                                           : first(axis);
  if (auto reduce = dyn_cast<nn::ReduceOp>(maker))
    return first(axisInReduction(reduce.getAxes(), reduce.getKeepdims()));
  if (auto reduce = dyn_cast<nn::ArgReduceOp>(maker))
    return first(axisInReduction({static_cast<int64_t>(reduce.getAxis())},
                                 reduce.getKeepdims()));
  if (auto conv = dyn_cast<nn::ConvOp>(maker))
    return convKeepsPositions(conv) ? first(axis) : std::nullopt;
  return std::nullopt;
}

/// The same gather of another value; one that is there already if it is before
/// this one.
Value Chosen::choose(Value value, int64_t along) {
  for (Operation *user : value.getUsers())
    if (auto other = dyn_cast<nn::GatherOp>(user))
      if (other.getData() == value &&
          other.getIndices() == gather.getIndices() &&
          static_cast<int64_t>(other.getAxis()) == along &&
          other->getBlock() == gather->getBlock() &&
          other->isBeforeInBlock(gather))
        return other.getResult();
  return nn::GatherOp::create(rewriter, gather.getLoc(), value,
                              gather.getIndices(), along);
}

Value Chosen::rebuild(ArrayRef<std::optional<int64_t>> axes) {
  OperationState state(maker->getLoc(), maker->getName());
  for (auto [operand, along] : llvm::zip_equal(maker->getOperands(), axes))
    state.operands.push_back(along ? choose(operand, *along) : operand);
  RankedTensorType type = tensorType(maker->getResult(0));
  SmallVector<int64_t> shape(type.getShape());
  shape[axis] = count;
  state.addTypes(type.clone(shape));
  state.addAttributes(maker->getAttrs());
  if (auto slice = dyn_cast<nn::SliceOp>(maker)) {
    SmallVector<int64_t> sizes(slice.getSizes());
    sizes[axis] = count;
    state.attributes.set(slice.getSizesAttrName(),
                         rewriter.getDenseI64ArrayAttr(sizes));
  }
  return rewriter.create(state)->getResult(0);
}

/// Whether `user` takes the same positions of a value as the gather does along
/// `axis`, or parts of them.
static bool choosesSame(Operation *user, Value value, nn::GatherOp gather,
                        int64_t axis) {
  if (auto slice = dyn_cast<nn::SliceOp>(user))
    return slice.getType().getDimSize(axis) ==
               tensorType(value).getDimSize(axis) &&
           llvm::all_of(slice->getUsers(), [&](Operation *reader) {
             return isa<nn::GatherOp>(reader) &&
                    choosesSame(reader, slice, gather, axis);
           });
  auto other = dyn_cast<nn::GatherOp>(user);
  return other && other.getData() == value &&
         other.getIndices() == gather.getIndices() &&
         static_cast<int64_t>(other.getAxis()) == axis;
}

/// Whether less is computed, or moved, if the gather comes first.
static bool isWorthwhile(nn::GatherOp gather, Operation *maker) {
  // Its own elements are moved either way.
  if (isa<nn::TransposeOp, nn::ReshapeOp>(maker))
    return true;
  // What another op reads as a whole is computed as a whole. Of what a slice
  // leaves out nothing is to be gathered.
  Value value =
      isa<nn::SliceOp>(maker) ? maker->getOperand(0) : Value(gather.getData());
  return llvm::all_of(value.getUsers(), [&](Operation *user) {
    return choosesSame(user, value, gather,
                       static_cast<int64_t>(gather.getAxis()));
  });
}

namespace {

struct ChooseBefore : OpRewritePattern<nn::GatherOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(nn::GatherOp gather,
                                PatternRewriter &rewriter) const override {
    Operation *maker = gather.getData().getDefiningOp();
    if (!maker || maker->getNumResults() != 1 || maker->getNumRegions() != 0 ||
        gather.getIndices().getType().getRank() != 1)
      return failure();
    int64_t axis = gather.getAxis();
    if (gather.getIndices().getType().getDimSize(0) >=
        tensorType(gather.getData()).getDimSize(axis))
      return failure();
    if (!isWorthwhile(gather, maker))
      return failure();
    Chosen chosen(gather, rewriter);
    auto axes = chosen.operandAxes();
    // Something has to be chosen of.
    if (!axes ||
        llvm::none_of(*axes, [](auto along) { return along.has_value(); }))
      return failure();
    rewriter.replaceOp(gather, chosen.rebuild(*axes));
    return success();
  }
};

struct GatherEarly : impl::GatherEarlyBase<GatherEarly> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<ChooseBefore>(&getContext());
    GreedyRewriteConfig config;
    config.setMaxIterations(GreedyRewriteConfig::kNoLimit);
    if (failed(
            applyPatternsGreedily(getOperation(), std::move(patterns), config)))
      signalPassFailure();
  }
};

} // namespace
} // namespace dlc::simplify
