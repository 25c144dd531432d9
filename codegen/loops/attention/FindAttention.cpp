//===- FindAttention.cpp - An attention among the generics of a stage -----===//

#include "codegen/loops/attention/Attention.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace dlc::loops {

namespace {
linalg::GenericOp genericOf(Value value) {
  return value.getDefiningOp<linalg::GenericOp>();
}

bool givesFloat32(linalg::GenericOp op) {
  return llvm::all_of(op->getResultTypes(), [](Type type) {
    return cast<ShapedType>(type).getElementType().isF32();
  });
}

bool hasHalvesOrFloats(Value tensor) {
  Type element = cast<ShapedType>(tensor.getType()).getElementType();
  return element.isF16() || element.isF32();
}

Value resultOf(linalg::GenericOp op) {
  return op.getBody()->getTerminator()->getOperand(0);
}

/// What a number is extended from, or itself.
Value unextended(Value value) {
  auto extended = value.getDefiningOp<arith::ExtFOp>();
  return extended ? extended.getIn() : value;
}

/// What a result is rounded from, or itself.
Value unrounded(Value value) {
  auto rounded = value.getDefiningOp<arith::TruncFOp>();
  return rounded ? rounded.getIn() : value;
}

/// Whether a generic has one result, and computes it as `Op` of two arguments
/// of its body, in this order (or in any), in float32 but for what it reads and
/// what it gives.
template <typename Op>
bool computes(linalg::GenericOp op, unsigned first, unsigned second,
              bool anyOrder) {
  if (!op || op->getNumResults() != 1 || !hasHalvesOrFloats(op.getResult(0)) ||
      op.hasIndexSemantics())
    return false;
  auto made = unrounded(resultOf(op)).getDefiningOp<Op>();
  if (!made || !made.getType().isF32())
    return false;
  Value x = op.getBody()->getArgument(first),
        y = op.getBody()->getArgument(second);
  Value left = unextended(made->getOperand(0)),
        right = unextended(made->getOperand(1));
  return (left == x && right == y) || (anyOrder && left == y && right == x);
}

/// Whether it reads its first input by identity and the second one, if any,
/// without the last dimension, which it reduces or not.
bool goesAlongRows(linalg::GenericOp op, bool reduces) {
  unsigned rank = op.getNumLoops();
  AffineMap whole = AffineMap::getMultiDimIdentityMap(rank, op.getContext()),
            row = whole.dropResult(rank - 1);
  auto maps = op.getIndexingMapsArray();
  auto iterators = op.getIteratorTypesArray();
  return maps.front() == whole && maps.back() == (reduces ? row : whole) &&
         (op.getNumDpsInputs() == 1 || maps[1] == row) &&
         op.getNumReductionLoops() == (reduces ? 1u : 0u) &&
         (!reduces || iterators.back() == utils::IteratorType::reduction);
}

/// A sum of products of two inputs from zero on, along one dimension.
bool isProduct(linalg::GenericOp op) {
  if (!op || op.getNumDpsInputs() != 2 || op->getNumResults() != 1 ||
      op.getNumReductionLoops() != 1 ||
      !llvm::all_of(op->getOperands(), hasHalvesOrFloats) ||
      op.hasIndexSemantics())
    return false;
  TypedAttr start = splatOf(op.getDpsInits().front());
  auto number = dyn_cast_or_null<FloatAttr>(start);
  if (!number || !number.getValue().isZero())
    return false;
  auto sum = resultOf(op).getDefiningOp<arith::AddFOp>();
  Value before = op.getBody()->getArgument(2);
  if (!sum || (sum.getLhs() != before && sum.getRhs() != before))
    return false;
  auto product = (sum.getLhs() == before ? sum.getRhs() : sum.getLhs())
                     .getDefiningOp<arith::MulFOp>();
  if (!product)
    return false;
  Value x = op.getBody()->getArgument(0), y = op.getBody()->getArgument(1);
  Value left = unextended(product.getLhs()),
        right = unextended(product.getRhs());
  return (left == x && right == y) || (left == y && right == x);
}

/// An elementwise generic of the value; null where it is none, or more reads
/// the value.
linalg::GenericOp elementwiseAfter(linalg::GenericOp op) {
  Value value = op.getResult(0);
  if (!value.hasOneUse())
    return nullptr;
  OpOperand &use = *value.use_begin();
  auto next = dyn_cast<linalg::GenericOp>(use.getOwner());
  if (!next || next.getNumReductionLoops() != 0 || !next.isDpsInput(&use) ||
      next.hasIndexSemantics() || next->getNumResults() != 1 ||
      !next.getMatchingIndexingMap(&use).isPermutation() ||
      !next.getMatchingIndexingMap(next.getDpsInitOperand(0)).isPermutation())
    return nullptr;
  for (BlockArgument argument : next.getRegionOutputArgs())
    if (!argument.use_empty())
      return nullptr;
  bool reads = false;
  next.getBody()->walk([&](tensor::ExtractOp) { reads = true; });
  return reads ? nullptr : next;
}

/// The product whose elementwise generic this is; null where it is none's.
linalg::GenericOp productBefore(linalg::GenericOp mask) {
  if (mask)
    for (Value input : mask.getDpsInputs())
      if (linalg::GenericOp made = genericOf(input);
          isProduct(made) && elementwiseAfter(made) == mask)
        return made;
  return nullptr;
}

/// A copy in another order of dimensions that nothing else reads, rounded or
/// extended or as it is.
linalg::GenericOp transpositionOf(Value value) {
  linalg::GenericOp op = genericOf(value);
  if (!op || !value.hasOneUse() || op.getNumDpsInputs() != 1 ||
      op->getNumResults() != 1 || op.getNumReductionLoops() != 0 ||
      !hasHalvesOrFloats(value) || !hasHalvesOrFloats(op.getDpsInputs()[0]) ||
      unextended(unrounded(resultOf(op))) != op.getBody()->getArgument(0))
    return nullptr;
  auto maps = op.getIndexingMapsArray();
  return maps.front().isPermutation() && maps.back().isPermutation() ? op
                                                                     : nullptr;
}

/// The attention whose largest scores these are, if it is one.
std::optional<AttentionOps> attentionOf(linalg::GenericOp largest) {
  AttentionOps ops;
  ops.largest = largest;
  if (!computes<arith::MaximumFOp>(largest, 0, 1, true) ||
      !givesFloat32(largest) || largest.getNumDpsInputs() != 1 ||
      !goesAlongRows(largest, true))
    return std::nullopt;
  Value scores = largest.getDpsInputs().front();
  if (!scores.hasNUses(2) || !largest.getResult(0).hasOneUse())
    return std::nullopt;
  ops.powers = dyn_cast<linalg::GenericOp>(*largest.getResult(0).user_begin());
  if (!ops.powers || ops.powers.getNumDpsInputs() != 2 ||
      ops.powers.getDpsInputs()[0] != scores ||
      ops.powers.getDpsInputs()[1] != largest.getResult(0) ||
      !goesAlongRows(ops.powers, false) || !givesFloat32(ops.powers))
    return std::nullopt;
  auto power = resultOf(ops.powers).getDefiningOp<math::ExpOp>();
  auto less = power ? power.getOperand().getDefiningOp<arith::SubFOp>()
                    : arith::SubFOp();
  Value powers = ops.powers.getResult(0);
  if (!less ||
      unextended(less.getLhs()) != ops.powers.getBody()->getArgument(0) ||
      less.getRhs() != ops.powers.getBody()->getArgument(1) ||
      !powers.hasNUses(2))
    return std::nullopt;
  for (Operation *user : powers.getUsers()) {
    auto generic = dyn_cast<linalg::GenericOp>(user);
    if (generic && generic.getNumDpsInputs() == 1)
      ops.sums = generic;
    else
      ops.shares = generic;
  }
  if (!computes<arith::AddFOp>(ops.sums, 0, 1, true) ||
      !givesFloat32(ops.sums) || !goesAlongRows(ops.sums, true) ||
      !computes<arith::DivFOp>(ops.shares, 0, 1, false) ||
      ops.shares.getNumDpsInputs() != 2 ||
      ops.shares.getDpsInputs()[0] != powers ||
      ops.shares.getDpsInputs()[1] != ops.sums.getResult(0) ||
      !ops.sums.getResult(0).hasOneUse() || !goesAlongRows(ops.shares, false) ||
      !ops.shares.getResult(0).hasOneUse())
    return std::nullopt;
  ops.context =
      dyn_cast<linalg::GenericOp>(*ops.shares.getResult(0).user_begin());
  if (!isProduct(ops.context) ||
      ops.context.getDpsInputs()[0] != ops.shares.getResult(0))
    return std::nullopt;
  ops.epilogue = elementwiseAfter(ops.context);
  ops.scores = genericOf(scores);
  if (!isProduct(ops.scores)) {
    ops.mask = ops.scores;
    ops.scores = productBefore(ops.mask);
  }
  if (!ops.scores)
    return std::nullopt;
  for (Value operand :
       {ops.scores.getDpsInputs()[0], ops.scores.getDpsInputs()[1],
        ops.context.getDpsInputs()[1]})
    if (linalg::GenericOp moved = transpositionOf(operand))
      ops.moved.push_back(moved);
  return ops;
}
} // namespace

SmallVector<Operation *> AttentionOps::all() {
  SmallVector<Operation *> ops(moved.begin(), moved.end());
  for (linalg::GenericOp op :
       {scores, mask, largest, powers, sums, shares, context, epilogue})
    if (op)
      ops.push_back(op);
  return ops;
}

SmallVector<AttentionOps, 1> findAttentions(func::FuncOp stage) {
  SmallVector<AttentionOps, 1> found;
  for (auto generic : stage.front().getOps<linalg::GenericOp>())
    if (std::optional<AttentionOps> ops = attentionOf(generic))
      found.push_back(std::move(*ops));
  return found;
}

} // namespace dlc::loops
