//===- ChooseLayout.cpp - Spatial ops become channels_last ----------------===//

#include "compiler/layout/Passes.h"
#include "compiler/layout/Permutation.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/TypeSwitch.h"

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
template <typename OpT> static void makeChannelsLast(OpT op) {
  if (op.getLayout() == nn::Layout::ChannelsLast)
    return;
  OpBuilder builder(op);
  Permutation toLast = toChannelsLast(tensorType(op.getInput()).getRank());
  op.getInputMutable().assign(
      transpose(builder, op.getLoc(), op.getInput(), toLast));
  op.setLayout(nn::Layout::ChannelsLast);

  Value result = op.getOutput();
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
    SmallVector<Operation *> spatial;
    getOperation().walk([&](Operation *op) {
      if (isa<nn::ConvOp, nn::ConvTransposeOp, nn::MaxPoolOp, nn::AvgPoolOp>(
              op))
        spatial.push_back(op);
    });
    for (Operation *op : spatial)
      llvm::TypeSwitch<Operation *>(op)
          .Case<nn::ConvOp, nn::ConvTransposeOp, nn::MaxPoolOp, nn::AvgPoolOp>(
              [](auto known) { makeChannelsLast(known); });
  }
};
} // namespace
} // namespace dlc::layout
