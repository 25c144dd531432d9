//===- ChooseLayout.cpp - Spatial ops become channels_last ----------------===//

#include "compiler/layout/Passes.h"
#include "compiler/layout/Transpose.h"
#include "dialects/interfaces/LayoutInterface.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace mlir;

namespace dlc::layout {
#define GEN_PASS_DEF_CHOOSELAYOUT
#include "compiler/layout/Passes.h.inc"

/// [N, C, d1, ...] -> [N, d1, ..., C]
static Permutation toChannelsLast(int64_t rank) {
  Permutation perm = {0};
  for (int64_t d = 2; d < rank; ++d)
    perm.push_back(d);
  perm.push_back(1);
  return perm;
}

/// Input and result are transposed around the op, which stays what it was.
static void makeChannelsLast(LayoutOpInterface op) {
  OpBuilder builder(op);
  Value input = op->getOperand(0), result = op->getResult(0);
  Permutation toLast = toChannelsLast(tensorType(input).getRank());
  op->setOperand(0, transpose(builder, op.getLoc(), input, toLast));
  op.makeChannelsLast();

  RankedTensorType type = tensorType(result);
  SmallVector<int64_t> shape;
  for (int64_t dim : toLast)
    shape.push_back(type.getShape()[dim]);
  result.setType(type.clone(shape));
  builder.setInsertionPointAfter(op);
  Value back = transpose(builder, op.getLoc(), result, inverse(toLast));
  result.replaceAllUsesExcept(back, back.getDefiningOp());
}

namespace {
struct ChooseLayout : impl::ChooseLayoutBase<ChooseLayout> {
  void runOnOperation() override {
    SmallVector<LayoutOpInterface> spatial;
    getOperation().walk([&](LayoutOpInterface op) {
      if (op.isChannelsFirst())
        spatial.push_back(op);
    });
    for (LayoutOpInterface op : spatial)
      makeChannelsLast(op);
  }
};
} // namespace
} // namespace dlc::layout
