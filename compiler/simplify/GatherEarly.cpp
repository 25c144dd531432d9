//===- GatherEarly.cpp - Computes only what a gather chooses --------------===//

#include "compiler/simplify/Passes.h"
#include "dialects/nn/NnOps.h"
#include "dialects/nn/loops/NnLoopOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;

namespace dlc::simplify {
#define GEN_PASS_DEF_GATHEREARLY
#include "compiler/simplify/Passes.h.inc"

static RankedTensorType tensorType(Value value) {
  return cast<RankedTensorType>(value.getType());
}

namespace {

/// A gather, and the op that makes what it chooses from.
class Chosen {
public:
  Chosen(nn::GatherOp gather, Operation *maker, PatternRewriter &rewriter)
      : gather(gather), rewriter(rewriter), maker(maker),
        axis(gather.getAxis()),
        size(tensorType(gather.getData()).getDimSize(axis)),
        count(gather.getIndices().getType().getNumElements()) {}

  using Axes = SmallVector<std::optional<int64_t>>;
  /// For each operand the axis along which its elements are those of the
  /// result's positions, or none where all of it is needed; nothing where a
  /// position needs others, or no operand has less to be computed of.
  std::optional<Axes> operandAxes();

  /// The maker's results at the chosen positions.
  Value rebuild(ArrayRef<std::optional<int64_t>> axes);

private:
  std::optional<Axes> axesOfMaker();
  std::optional<int64_t> axisInReshape();
  std::optional<int64_t> axisInReduction(ArrayRef<int64_t> axes, bool keepdims);
  bool convKeepsPositions(nn::ConvOp conv);
  Value choose(Value value, int64_t axis);

  nn::GatherOp gather;
  PatternRewriter &rewriter;
  Operation *maker;
  int64_t axis, size, count;
};

/// What reads a value in bodies, and of how many positions in all their rounds.
struct Readers {
  SmallVector<nn::GatherOp> gathers;
  int64_t chosen = 0;
  bool always = false; // not in branches alone
};

} // namespace

/// The dimension of the operand that is dimension `axis` of a reshape.
std::optional<int64_t> Chosen::axisInReshape() {
  ArrayRef<int64_t> from = tensorType(maker->getOperand(0)).getShape(),
                    to = tensorType(maker->getResult(0)).getShape();
  int64_t behind = ShapedType::getNumElements(to.drop_front(axis + 1));
  for (size_t i = 0; i < from.size(); ++i)
    if (from[i] == size &&
        ShapedType::getNumElements(from.drop_front(i + 1)) == behind)
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

std::optional<Chosen::Axes> Chosen::operandAxes() {
  if (maker->getNumResults() != 1 || maker->getNumRegions() != 0 ||
      gather.getIndices().getType().getRank() != 1 || count >= size)
    return std::nullopt;
  auto axes = axesOfMaker();
  // Something has to be chosen of.
  if (!axes ||
      llvm::none_of(*axes, [](auto along) { return along.has_value(); }))
    return std::nullopt;
  return axes;
}

std::optional<Chosen::Axes> Chosen::axesOfMaker() {
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
  // A table's entry is that of an index.
  if (auto entry = dyn_cast<nn::GatherOp>(maker))
    return tensorType(entry.getData()).getRank() == 1
               ? std::optional(Axes{std::nullopt, axis})
               : std::nullopt;
  auto conv = dyn_cast<nn::ConvOp>(maker);
  return conv && convKeepsPositions(conv) ? first(axis) : std::nullopt;
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

/// Whether an op's elements are moved, or read as stored integers, either way:
/// it may be done once more for what is chosen.
static bool isRepeatable(Operation *maker) {
  return isa<nn::TransposeOp, nn::ReshapeOp, nn::DequantizeOp>(maker);
}

/// Whether less is computed, or moved, if the gather comes first.
static bool isWorthwhile(nn::GatherOp gather, Operation *maker) {
  if (isRepeatable(maker))
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

/// Constants, also such as are stored as integers.
static bool isFixed(Value value) {
  Operation *maker = value.getDefiningOp();
  return isa_and_nonnull<arith::ConstantOp>(maker) ||
         (isa_and_nonnull<nn::DequantizeOp>(maker) &&
          llvm::all_of(maker->getOperands(), isFixed));
}

static void cloneFixed(Value value, IRMapping &mapping, OpBuilder &b) {
  if (mapping.contains(value))
    return;
  for (Value operand : value.getDefiningOp()->getOperands())
    cloneFixed(operand, mapping, b);
  b.clone(*value.getDefiningOp(), mapping);
}

/// Chosen::operandAxes of `maker` if they are the same for all gathers.
static std::optional<Chosen::Axes> axesOfAll(ArrayRef<nn::GatherOp> gathers,
                                             Operation *maker,
                                             PatternRewriter &rewriter) {
  if (gathers.empty())
    return std::nullopt;
  auto all = Chosen(gathers[0], maker, rewriter).operandAxes();
  for (nn::GatherOp gather : gathers.drop_front())
    if (Chosen(gather, maker, rewriter).operandAxes() != all)
      return std::nullopt;
  return all;
}

/// Whether no more is computed of what is chosen than `maker` computes of all
/// if each branch is taken. Without branches a fourth has to be left: what is
/// chosen are single elements where all fill vectors, and each has a stage's
/// call.
static bool isCheaper(Readers &readers, Operation *maker,
                      const Chosen::Axes &axes) {
  const int64_t worth = readers.always ? 4 : 1;
  // Weights that are not known are read, and made ready, in each step.
  if (isa<nn::ConvOp>(maker) &&
      !llvm::all_of(maker->getOperands().drop_front(), isFixed))
    return false;
  nn::GatherOp gather = readers.gathers.front();
  if (!isa<nn::SliceOp>(maker))
    return worth * readers.chosen <=
           tensorType(gather.getData()).getDimSize(gather.getAxis());
  // A slice's are gathered together with what it leaves out.
  RankedTensorType from = tensorType(maker->getOperand(0));
  return worth * readers.chosen * from.getNumElements() <=
         from.getDimSize(*axes[0]) *
             tensorType(maker->getResult(0)).getNumElements();
}

namespace {

struct ChooseBefore : OpRewritePattern<nn::GatherOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(nn::GatherOp gather,
                                PatternRewriter &rewriter) const override {
    Operation *maker = gather.getData().getDefiningOp();
    if (!maker)
      return failure();
    Chosen chosen(gather, maker, rewriter);
    auto axes = chosen.operandAxes();
    if (!axes || !isWorthwhile(gather, maker))
      return failure();
    rewriter.replaceOp(gather, chosen.rebuild(*axes));
    return success();
  }
};

/// What is computed of all positions for a body that chooses few of them is
/// computed in the body, of these.
template <typename Op> struct SinkIntoBody : OpRewritePattern<Op> {
  using OpRewritePattern<Op>::OpRewritePattern;

  LogicalResult matchAndRewrite(Op op,
                                PatternRewriter &rewriter) const override {
    for (auto [i, value] : llvm::enumerate(op.getShared())) {
      Operation *maker = value.getDefiningOp();
      if (!maker || !isa<nn::NnDialect>(maker->getDialect()))
        continue;
      Readers readers; // what another op reads as a whole is computed so
      if (!(isRepeatable(maker) ? findGathers(op, i, 1, readers)
                                : findAll(value, readers)))
        continue;
      auto axes = axesOfAll(readers.gathers, maker, rewriter);
      if (!axes || !isCheaper(readers, maker, *axes))
        continue;
      sink(op, i, maker, *axes, rewriter);
      if (maker->use_empty())
        rewriter.eraseOp(maker);
      return success();
    }
    return failure();
  }

  /// The gathers that choose of a shared value in an op that is computed so
  /// often; false if something else reads it.
  static bool findGathers(Op op, unsigned i, int64_t times, Readers &readers) {
    constexpr bool isLoop = std::is_same_v<Op, nn::LoopOp>;
    if constexpr (isLoop)
      times *= static_cast<int64_t>(op.getSteps());
    else if (!op.elseBlock().getArgument(i).use_empty())
      return false;
    for (OpOperand &use : argumentOf(op, i).getUses()) {
      if (auto gather = dyn_cast<nn::GatherOp>(use.getOwner())) {
        if (gather.getIndices() == use.get())
          return false;
        readers.always |= isLoop;
        // The same positions are chosen once.
        if (llvm::none_of(readers.gathers, [&](nn::GatherOp other) {
              return other.getIndices() == gather.getIndices();
            }))
          readers.chosen +=
              times * gather.getIndices().getType().getNumElements();
        readers.gathers.push_back(gather);
        continue;
      }
      auto branch = dyn_cast<nn::IfOp>(use.getOwner());
      if (!branch || use.get() == branch.getCondition() ||
          !SinkIntoBody<nn::IfOp>::findGathers(
              branch, use.getOperandNumber() - 1, times, readers))
        return false;
    }
    return true;
  }

  /// Those of all ops that read a value; false if one reads it otherwise.
  static bool findAll(Value value, Readers &readers) {
    return llvm::all_of(value.getUses(), [&](OpOperand &use) {
      unsigned at = use.getOperandNumber();
      if (auto loop = dyn_cast<nn::LoopOp>(use.getOwner())) {
        unsigned first = SinkIntoBody<nn::LoopOp>::firstShared(loop);
        return at >= first && SinkIntoBody<nn::LoopOp>::findGathers(
                                  loop, at - first, 1, readers);
      }
      auto branch = dyn_cast<nn::IfOp>(use.getOwner());
      return branch && at > 0 &&
             SinkIntoBody<nn::IfOp>::findGathers(branch, at - 1, 1, readers);
    });
  }

  /// Computes in the body, of what each gather chooses, what `maker` does.
  static void sink(Op op, unsigned i, Operation *maker,
                   const Chosen::Axes &axes, PatternRewriter &rewriter) {
    rewriter.setInsertionPointToStart(&bodyOf(op));
    IRMapping mapping;
    rewriter.modifyOpInPlace(op, [&] {
      for (auto [operand, along] : llvm::zip_equal(maker->getOperands(), axes))
        if (!along && isFixed(operand))
          cloneFixed(operand, mapping, rewriter);
        else
          mapping.map(operand, share(op, operand));
    });
    Operation *inside = rewriter.clone(*maker, mapping);
    rewriter.replaceAllUsesWith(argumentOf(op, i), inside->getResult(0));
    while (!inside->use_empty()) {
      // In order, so that a gather finds those before it.
      OpOperand &use =
          *llvm::min_element(inside->getUses(), [](OpOperand &a, OpOperand &b) {
            return a.getOwner()->isBeforeInBlock(b.getOwner());
          });
      if (auto branch = dyn_cast<nn::IfOp>(use.getOwner())) {
        SinkIntoBody<nn::IfOp>::sink(branch, use.getOperandNumber() - 1, inside,
                                     axes, rewriter);
        continue;
      }
      auto gather = cast<nn::GatherOp>(use.getOwner());
      rewriter.setInsertionPoint(gather);
      rewriter.replaceOp(gather,
                         Chosen(gather, inside, rewriter).rebuild(axes));
    }
    rewriter.eraseOp(inside);
    rewriter.modifyOpInPlace(op, [&] {
      op.getSharedMutable().erase(i);
      for (Region &region : op->getRegions())
        region.front().eraseArgument(firstShared(op) + i);
    });
  }

  static Block &bodyOf(nn::LoopOp loop) { return loop.block(); }
  static Block &bodyOf(nn::IfOp branch) { return branch.thenBlock(); }
  static unsigned firstShared(nn::LoopOp loop) {
    return loop.getSequences().size() + loop.numCarried();
  }
  static unsigned firstShared(nn::IfOp) { return 0; }
  static BlockArgument argumentOf(Op op, unsigned i) {
    return bodyOf(op).getArgument(firstShared(op) + i);
  }

  /// The argument of the body for a value that it is given from now on.
  static Value share(Op op, Value value) {
    for (auto [i, shared] : llvm::enumerate(op.getShared()))
      if (shared == value)
        return argumentOf(op, i);
    op.getSharedMutable().append(value);
    for (Region &region : op->getRegions())
      region.front().addArgument(value.getType(), value.getLoc());
    return bodyOf(op).getArguments().back();
  }
};

struct GatherEarly : impl::GatherEarlyBase<GatherEarly> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns
        .add<ChooseBefore, SinkIntoBody<nn::LoopOp>, SinkIntoBody<nn::IfOp>>(
            &getContext());
    GreedyRewriteConfig config;
    config.setMaxIterations(GreedyRewriteConfig::kNoLimit);
    if (failed(
            applyPatternsGreedily(getOperation(), std::move(patterns), config)))
      signalPassFailure();
  }
};

} // namespace
} // namespace dlc::simplify
