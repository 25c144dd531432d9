//===- PrepareDevice.cpp - What threads without an order ask of memory ----===//

#include "codegen/memory/Passes.h"
#include "codegen/memory/plan/Liveness.h"
#include "dialects/arena/Declarations.h"
#include "dialects/nn/Declarations.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace dlc::memory {
#define GEN_PASS_DEF_PREPAREDEVICE
#include "codegen/memory/Passes.h.inc"
} // namespace dlc::memory

using namespace mlir;

namespace dlc::memory {
namespace {

bool isReshape(Operation *op) {
  return isa_and_nonnull<tensor::ExpandShapeOp, tensor::CollapseShapeOp>(op);
}

/// Whether each element of the stage's result is computed from no other element
/// of the argument than that of its own place: by one generic that reduces
/// nothing, and that nothing else of the stage shares the argument with.
bool isReadInPlace(func::FuncOp stage, BlockArgument argument) {
  Operation *end = stage.front().getTerminator();
  if (end->getNumOperands() != 1)
    return false;
  Value result = end->getOperand(0);
  while (isReshape(result.getDefiningOp()))
    result = result.getDefiningOp()->getOperand(0);
  auto last = result.getDefiningOp<linalg::GenericOp>();
  if (!last || last.getNumReductionLoops() != 0 || last.getNumResults() != 1)
    return false;
  AffineMap output = last.getMatchingIndexingMap(last.getDpsInitOperand(0));
  SmallVector<Value> same = {argument};
  while (!same.empty()) {
    Value value = same.pop_back_val();
    for (OpOperand &use : value.getUses()) {
      if (isReshape(use.getOwner())) {
        same.push_back(use.getOwner()->getResult(0));
        continue;
      }
      if (use.getOwner() != last || !last.isDpsInput(&use) ||
          last.getMatchingIndexingMap(&use) != output ||
          value.getType() != result.getType())
        return false;
    }
  }
  return true;
}

struct PrepareDevice : impl::PrepareDeviceBase<PrepareDevice> {
  void runOnOperation() override {
    func::FuncOp main = findMain(getOperation());
    if (!main)
      return signalPassFailure();
    arena::inputsAttr.put(main, main.getNumArguments());
    for (auto stage : getOperation().getOps<func::FuncOp>()) {
      if (stage == main || stage.isExternal())
        continue;
      for (BlockArgument argument : stage.getArguments())
        if (nn::inPlaceAttr.isAt(stage, argument.getArgNumber()) &&
            !isReadInPlace(stage, argument))
          nn::inPlaceAttr.removeAt(stage, argument.getArgNumber());
    }
  }
};

} // namespace
} // namespace dlc::memory
