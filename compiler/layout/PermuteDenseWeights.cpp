//===- PermuteDenseWeights.cpp - A transpose into the weights after it ----===//

#include "compiler/layout/Passes.h"
#include "compiler/layout/Transpose.h"
#include "dialects/nn/Constants.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace mlir;

namespace dlc::layout {
#define GEN_PASS_DEF_PERMUTEDENSEWEIGHTS
#include "compiler/layout/Passes.h.inc"

/// Collects the products by constant matrices that a value reaches as left
/// operand through unary element-wise ops; fails if it reaches anything else.
static LogicalResult collectProducts(Value value,
                                     SmallVectorImpl<nn::MatmulOp> &products) {
  for (OpOperand &use : value.getUses()) {
    Operation *user = use.getOwner();
    if (auto product = dyn_cast<nn::MatmulOp>(user)) {
      if (use.getOperandNumber() != 0 || !nn::constantOf(product.getRhs()) ||
          tensorType(product.getRhs()).getRank() != 2)
        return failure();
      products.push_back(product);
      continue;
    }
    if (!user->hasTrait<nn::ElementwiseOp>() || user->getNumOperands() != 1 ||
        failed(collectProducts(user->getResult(0), products)))
      return failure();
  }
  return success();
}

/// Where the dimensions that are flattened into the last one begin; nullopt
/// unless the reshape keeps all before them and the transpose leaves those in
/// place.
static std::optional<int64_t> flattenedFrom(nn::ReshapeOp flatten,
                                            nn::TransposeOp transposed) {
  ArrayRef<int64_t> from = tensorType(flatten.getInput()).getShape();
  ArrayRef<int64_t> to = tensorType(flatten).getShape();
  if (to.empty() || from.size() < to.size())
    return std::nullopt;
  int64_t kept = to.size() - 1;
  for (int64_t d = 0; d < kept; ++d)
    if (from[d] != to[d] || transposed.getPerm()[d] != d)
      return std::nullopt;
  return kept;
}

/// Rows numbered by the flattened transposed dimensions, brought into the order
/// in which the untransposed ones number them.
static Value permuteRows(OpBuilder &builder, Location loc, Value weights,
                         ArrayRef<int64_t> transposedShape,
                         ArrayRef<int64_t> perm) {
  RankedTensorType type = tensorType(weights);
  SmallVector<int64_t> shape(transposedShape);
  shape.push_back(type.getShape()[1]);
  Value split = nn::ReshapeOp::create(builder, loc, type.clone(shape), weights);
  Permutation order = inverse(perm);
  order.push_back(perm.size());
  return nn::ReshapeOp::create(builder, loc, type,
                               transpose(builder, loc, split, order));
}

namespace {
struct PermuteDenseWeights
    : impl::PermuteDenseWeightsBase<PermuteDenseWeights> {
  void runOnOperation() override {
    getOperation().walk([](nn::ReshapeOp flatten) {
      auto transposed = flatten.getInput().getDefiningOp<nn::TransposeOp>();
      if (!transposed)
        return;
      std::optional<int64_t> kept = flattenedFrom(flatten, transposed);
      SmallVector<nn::MatmulOp> products;
      if (!kept || failed(collectProducts(flatten, products)))
        return;
      Permutation perm;
      for (int64_t dim : transposed.getPerm().drop_front(*kept))
        perm.push_back(dim - *kept);
      ArrayRef<int64_t> shape =
          tensorType(transposed).getShape().drop_front(*kept);
      for (nn::MatmulOp product : products) {
        OpBuilder builder(product);
        product.getRhsMutable().assign(permuteRows(
            builder, product.getLoc(), product.getRhs(), shape, perm));
      }
      flatten.getInputMutable().assign(transposed.getInput());
      if (transposed->use_empty())
        transposed.erase();
    });
  }
};
} // namespace
} // namespace dlc::layout
