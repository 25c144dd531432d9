//===- BuildAttention.cpp - An attention over buffers ---------------------===//

#include "codegen/loops/attention/Attention.h"

using namespace mlir;

namespace dlc::loops {

namespace {
/// Gives all generics' dimensions their names in the attention's.
class AttentionBuilder {
public:
  AttentionBuilder(AttentionOps &ops, const TensorBuffers &buffers)
      : ops(ops), buffers(buffers), context(ops.scores.getContext()) {}

  std::optional<Attention> run(ModuleIndex *module) {
    nameDimensions();
    if (!nameAll())
      return std::nullopt;
    made.nest.root = ops.scores;
    made.nest.module = module;
    made.mask = ops.mask;
    made.epilogue = ops.epilogue;
    made.score = elementOf(ops.scores.getResult(0));
    made.sum = elementOf(ops.context.getResult(0));
    made.hasHalves = elementOf(ops.scores.getDpsInputs()[0]).isF16() &&
                     elementOf(ops.scores.getDpsInputs()[1]).isF16() &&
                     elementOf(ops.context.getDpsInputs()[1]).isF16();
    bool isWhole =
        read(made.queries, ops.scores, 0, ofScores) &&
        read(made.keys, ops.scores, 1, ofScores) &&
        read(made.values, ops.context, 1, ofContext) &&
        readAll(made.maskInputs, ops.mask, ops.scores, ofMask) &&
        readAll(made.epilogueInputs, ops.epilogue, ops.context, ofEpilogue);
    if (!isWhole || !takesRoles())
      return std::nullopt;
    linalg::GenericOp last = ops.last();
    AffineMap map = last.getMatchingIndexingMap(last.getDpsInitOperand(0));
    FailureOr<Access> output =
        makeAccess(renamed(map, ops.epilogue ? ofEpilogue : ofContext),
                   buffers.destination(last.getResult(0)), made.nest.reduction);
    if (failed(output))
      return std::nullopt;
    made.output = *output;
    return std::move(made);
  }

private:
  using Names = SmallVector<AffineExpr>;

  static Type elementOf(Value tensor) {
    return cast<ShapedType>(tensor.getType()).getElementType();
  }

  AffineExpr dim(unsigned d) const { return getAffineDimExpr(d, context); }

  void nameDimensions() {
    ArrayRef<int64_t> scores =
        cast<ShapedType>(ops.shares.getResult(0).getType()).getShape();
    unsigned rank = scores.size();
    for (unsigned d = 0; d + 2 < rank; ++d)
      made.groups.push_back(d);
    made.query = rank - 2;
    made.key = rank - 1;
    made.depth = rank;
    made.value = rank + 1;
    made.nest.sizes.assign(scores.begin(), scores.end());
    made.nest.sizes.append(2, 0);
    made.nest.reduction.assign(rank + 2, false);
    made.nest.reduction[made.key] = made.nest.reduction[made.depth] = true;
  }

  /// Names dimensions that a map has as results by those of the results.
  static bool name(Names &names, AffineMap map, ArrayRef<AffineExpr> results) {
    names.resize(map.getNumDims());
    for (auto [expr, result] : llvm::zip_equal(map.getResults(), results)) {
      auto dim = dyn_cast<AffineDimExpr>(expr);
      if (!dim || names[dim.getPosition()])
        return false;
      names[dim.getPosition()] = result;
    }
    return true;
  }

  /// What the one dimension is that has no name yet.
  bool nameLast(Names &names, linalg::GenericOp op, unsigned d) {
    auto *unnamed = llvm::find(names, AffineExpr());
    if (unnamed == names.end())
      return false;
    *unnamed = dim(d);
    if (llvm::is_contained(names, AffineExpr()))
      return false;
    auto sizes = op.getStaticLoopRanges();
    made.nest.sizes[d] = sizes[unnamed - names.begin()];
    return true;
  }

  /// Names an elementwise generic's dimensions by those of what it reads.
  bool nameAfter(Names &names, linalg::GenericOp op, linalg::GenericOp of,
                 ArrayRef<AffineExpr> results) {
    OpOperand &use = *of.getResult(0).use_begin();
    return name(names, op.getMatchingIndexingMap(&use), results);
  }

  static Names resultsOf(linalg::GenericOp op, const Names &names) {
    Names results;
    for (AffineExpr expr :
         op.getMatchingIndexingMap(op.getDpsInitOperand(0)).getResults()) {
      auto dim = dyn_cast<AffineDimExpr>(expr);
      results.push_back(dim ? names[dim.getPosition()] : AffineExpr());
    }
    return results;
  }

  bool nameAll() {
    Names positions;
    for (unsigned d = 0; d <= made.key; ++d)
      positions.push_back(dim(d));
    auto output = [](linalg::GenericOp op) {
      return op.getMatchingIndexingMap(op.getDpsInitOperand(0));
    };
    if (ops.mask) {
      if (!name(ofMask, output(ops.mask), positions))
        return false;
      OpOperand &use = *ops.scores.getResult(0).use_begin();
      positions.clear();
      for (AffineExpr expr : ops.mask.getMatchingIndexingMap(&use).getResults())
        positions.push_back(ofMask[cast<AffineDimExpr>(expr).getPosition()]);
    }
    if (!name(ofScores, output(ops.scores), positions) ||
        !nameLast(ofScores, ops.scores, made.depth))
      return false;
    positions.clear();
    for (unsigned d = 0; d <= made.key; ++d)
      positions.push_back(dim(d));
    AffineMap shares =
        ops.context.getMatchingIndexingMap(ops.context.getDpsInputOperand(0));
    if (!name(ofContext, shares, positions) ||
        !nameLast(ofContext, ops.context, made.value))
      return false;
    Names results = resultsOf(ops.context, ofContext);
    return !llvm::is_contained(results, AffineExpr()) &&
           (!ops.epilogue ||
            nameAfter(ofEpilogue, ops.epilogue, ops.context, results));
  }

  AffineMap renamed(AffineMap map, const Names &names) const {
    return map.replaceDimsAndSymbols(names, {}, made.nest.sizes.size(), 0);
  }

  bool read(Access &access, Value tensor, AffineMap map) {
    for (linalg::GenericOp moved : ops.moved)
      if (moved.getResult(0) == tensor) {
        auto maps = moved.getIndexingMapsArray();
        map =
            maps.front().compose(inversePermutation(maps.back())).compose(map);
        tensor = moved.getDpsInputs().front();
      }
    FailureOr<Buffer> buffer = buffers.source(tensor);
    if (failed(buffer))
      return false;
    FailureOr<Access> found = makeAccess(map, *buffer, made.nest.reduction);
    if (failed(found) || !found->guards.empty())
      return false;
    access = *found;
    return true;
  }

  bool read(Access &access, linalg::GenericOp op, unsigned input,
            const Names &names) {
    OpOperand *operand = op.getDpsInputOperand(input);
    return read(access, operand->get(),
                renamed(op.getMatchingIndexingMap(operand), names));
  }

  bool readAll(SmallVector<std::optional<Access>, 0> &inputs,
               linalg::GenericOp op, linalg::GenericOp of, const Names &names) {
    if (!op)
      return true;
    for (auto [i, value] : llvm::enumerate(op.getDpsInputs())) {
      if (value == of.getResult(0)) {
        inputs.push_back(std::nullopt);
        continue;
      }
      Access access;
      if (!read(access, op, i, names))
        return false;
      inputs.push_back(std::move(access));
    }
    return true;
  }

  /// Whether operands vary as those of an attention do.
  bool takesRoles() {
    auto varies = [](const Access &access, unsigned d) {
      return access.address.coefficients[d] != 0;
    };
    auto isPlain = [](const Access &access) {
      return access.buffer.flat != nullptr;
    };
    auto one = [&](unsigned d) { return made.nest.sizes[d] == 1; };
    return isPlain(made.queries) && isPlain(made.keys) &&
           isPlain(made.values) && !varies(made.queries, made.key) &&
           !varies(made.keys, made.query) &&
           (one(made.key) || varies(made.keys, made.key));
  }

  AttentionOps &ops;
  const TensorBuffers &buffers;
  MLIRContext *context;
  Attention made;
  Names ofScores, ofMask, ofContext, ofEpilogue;
};
} // namespace

std::optional<Attention> buildAttention(AttentionOps &ops,
                                        const TensorBuffers &buffers,
                                        ModuleIndex *module) {
  return AttentionBuilder(ops, buffers).run(module);
}

} // namespace dlc::loops
