//===- StageCost.cpp - Arithmetic of a stage ------------------------------===//

#include "compiler/driver/StageCost.h"

#include "dialects/interfaces/CostInterface.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace mlir;
using namespace dlc;

void dlc::driver::markCosts(ModuleOp module) {
  Builder builder(module.getContext());
  for (auto stage : module.getOps<func::FuncOp>()) {
    uint64_t macs = 0, other = 0;
    stage.walk([&](Operation *op) {
      macs += multiplyAccumulatesOf(op);
      other += otherOperationsOf(op);
    });
    if (macs)
      stage->setAttr(macsAttrName, builder.getI64IntegerAttr(macs));
    if (macs || other)
      stage->setAttr(flopsAttrName,
                     builder.getI64IntegerAttr(2 * macs + other));
  }
}
