//===- LowerTreeEnsemble.cpp - nn.tree_ensemble to walks over tables ------===//
//
// Where code has no order, on a GPU (elsewhere: Trees.h):
//
//   node = root[tree]
//   while (node < splits)
//     node = children[2 node + !(sample[feature[node]] <= threshold[node])]
//
// Tables have the narrowest integers that hold their numbers; children stand
// behind their split, so that every walk ends, and in the table's range.
//
//===----------------------------------------------------------------------===//

#include "codegen/lower/Build.h"
#include "codegen/lower/Patterns.h"
#include "codegen/lower/Scalar.h"
#include "codegen/lower/Trees.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace dlc::lower {

namespace {
/// Numbers from 0 to `most` in as few bytes as hold them.
Value indexTable(ImplicitLocOpBuilder &b, ArrayRef<int64_t> shape,
                 ArrayRef<int32_t> values, int64_t most) {
  unsigned width = most < 256 ? 8 : most < 65536 ? 16 : 32;
  auto type = RankedTensorType::get(shape, b.getIntegerType(width));
  SmallVector<APInt> numbers;
  for (int32_t value : values)
    numbers.emplace_back(width, value);
  return arith::ConstantOp::create(b, DenseElementsAttr::get(type, numbers));
}

Value indexAt(ImplicitLocOpBuilder &b, Value table, Value position) {
  return arith::IndexCastUIOp::create(b, b.getIndexType(),
                                      extractElement(b, table, position));
}

class TreeWalk {
public:
  TreeWalk(ImplicitLocOpBuilder &b, nn::TreeEnsembleOp op, Value input)
      : op(op), input(input), splits(op.getFeatures().size()),
        columns(op.getColumns()) {
    Type element = op.getInput().getType().getElementType();
    int64_t nodes = splits + op.getWeights().size() / columns;
    int64_t groups = op.getGroups(), trees = op.getRoots().size() / groups;
    starts = indexTable(b, {groups, trees}, op.getRoots(), nodes - 1);
    features = indexTable(b, {splits}, op.getFeatures(), shapeOf(input)[1] - 1);
    children = indexTable(b, {2 * splits}, op.getChildren(), nodes - 1);
    thresholds = createTable(b, op.getThresholds(), element);
    weights = createTable(b, op.getWeights(), element);
    if (op.getMissing())
      missing = indexTable(b, {splits},
                           SmallVector<int32_t>(op.getMissing()->begin(),
                                                op.getMissing()->end()),
                           1);
  }

  /// Where trees begin, [groups, trees of a group].
  Value roots() const { return starts; }

  /// The number of the leaf that a sample reaches from a root, within a body.
  Value leaf(ImplicitLocOpBuilder &b, Value sample, Value root) const {
    Value first = createIndex(b, splits);
    auto loop = scf::WhileOp::create(
        b, b.getIndexType(),
        arith::IndexCastUIOp::create(b, b.getIndexType(), root).getResult(),
        [&](OpBuilder &builder, Location loc, ValueRange args) {
          ImplicitLocOpBuilder inner(loc, builder);
          Value isSplit = arith::CmpIOp::create(
              inner, arith::CmpIPredicate::ult, args[0], first);
          scf::ConditionOp::create(inner, isSplit, args);
        },
        [&](OpBuilder &builder, Location loc, ValueRange args) {
          ImplicitLocOpBuilder inner(loc, builder);
          scf::YieldOp::create(inner, child(inner, sample, args[0]));
        });
    return arith::SubIOp::create(b, loop.getResult(0), first);
  }

  Value weight(ImplicitLocOpBuilder &b, Value leaf, Value column) const {
    if (columns == 1)
      return extractElement(b, weights, leaf);
    Value row = arith::MulIOp::create(b, leaf, createIndex(b, columns));
    Value at = arith::AddIOp::create(b, row, column);
    return extractElement(b, weights, at);
  }

private:
  Value child(ImplicitLocOpBuilder &b, Value sample, Value split) const {
    Type element = getElementTypeOrSelf(input);
    Value x = extractElement(b, input, {sample, indexAt(b, features, split)});
    Value goes = scalar::compare(b, element, scalar::Order::LessOrEqual, x,
                                 extractElement(b, thresholds, split));
    if (missing) {
      Value isNan = arith::CmpFOp::create(b, arith::CmpFPredicate::UNO, x, x);
      Value marked = arith::TruncIOp::create(b, b.getI1Type(),
                                             extractElement(b, missing, split));
      goes = arith::OrIOp::create(b, goes,
                                  arith::AndIOp::create(b, isNan, marked));
    }
    Value base = arith::MulIOp::create(b, split, createIndex(b, 2));
    Value other = arith::AddIOp::create(b, base, createIndex(b, 1));
    return indexAt(b, children, arith::SelectOp::create(b, goes, base, other));
  }

  nn::TreeEnsembleOp op;
  Value input, starts, features, children, thresholds, weights, missing;
  int64_t splits, columns;
};

struct TreeEnsembleLowering : OpConversionPattern<nn::TreeEnsembleOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(nn::TreeEnsembleOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    if (prefersProcedures(op)) {
      rewriter.replaceOp(op, createTreeProcedure(b, op, adaptor.getInput()));
      return success();
    }
    TreeWalk walk(b, op, adaptor.getInput());
    int64_t samples = op.getType().getDimSize(0), groups = op.getGroups(),
            columns = op.getColumns(), trees = op.getRoots().size() / groups;
    // One walk for each column would be as many as there are columns.
    bool apart = columns > 1;
    Value nodes =
        apart ? leavesOf(b, walk, {samples, groups, trees}) : walk.roots();
    // Loops (sample, group, column | tree).
    MLIRContext *context = b.getContext();
    SmallVector<AffineExpr> read;
    for (unsigned loop : {0u, 1u, 3u})
      if (apart || loop > 0)
        read.push_back(getAffineDimExpr(loop, context));
    Type element = op.getType().getElementType();
    auto type = RankedTensorType::get({samples, groups, columns}, element);
    Value result = createReduction(
        b, createFill(b, type, neutral(b, op.getKind(), element)), 1, nodes,
        AffineMap::get(4, 0, read, context),
        [&](ImplicitLocOpBuilder &b, ValueRange args) {
          Value leaf = apart ? Value(arith::IndexCastUIOp::create(
                                   b, b.getIndexType(), args[0]))
                             : walk.leaf(b, loopIndex(b, 0), args[0]);
          return combine(b, op.getKind(), element, args[1],
                         walk.weight(b, leaf, loopIndex(b, 2)));
        });
    rewriter.replaceOp(op,
                       createReshape(b, result, {samples, groups * columns}));
    return success();
  }

private:
  /// Loops (sample, group, tree).
  static Value leavesOf(ImplicitLocOpBuilder &b, const TreeWalk &walk,
                        ArrayRef<int64_t> shape) {
    MLIRContext *context = b.getContext();
    auto read = AffineMap::get(
        3, 0, {getAffineDimExpr(1, context), getAffineDimExpr(2, context)},
        context);
    return createParallel(
        b, RankedTensorType::get(shape, b.getI32Type()), walk.roots(), read,
        [&](ImplicitLocOpBuilder &b, ValueRange args) -> Value {
          Value leaf = walk.leaf(b, loopIndex(b, 0), args[0]);
          return arith::IndexCastUIOp::create(b, b.getI32Type(), leaf);
        });
  }

  static TypedAttr neutral(Builder &b, nn::ReduceKind kind, Type element) {
    return kind == nn::ReduceKind::Sum   ? scalar::zero(b, element)
           : kind == nn::ReduceKind::Max ? scalar::lowest(b, element)
                                         : scalar::highest(b, element);
  }

  static Value combine(ImplicitLocOpBuilder &b, nn::ReduceKind kind,
                       Type element, Value sum, Value x) {
    return kind == nn::ReduceKind::Sum   ? scalar::add(b, sum, x)
           : kind == nn::ReduceKind::Max ? scalar::max(b, element, sum, x)
                                         : scalar::min(b, element, sum, x);
  }
};
} // namespace

void populateTreeEnsemblePatterns(TypeConverter &converter,
                                  RewritePatternSet &patterns) {
  patterns.add<TreeEnsembleLowering>(converter, patterns.getContext());
}

} // namespace dlc::lower
