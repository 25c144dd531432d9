//===- MarkCosts.cpp - Arithmetic of a stage ------------------------------===//

#include "compiler/fuse/Passes.h"

#include "dialects/interfaces/CostInterface.h"
#include "dialects/nn/Declarations.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace dlc::fuse {
#define GEN_PASS_DEF_MARKCOSTS
#include "compiler/fuse/Passes.h.inc"
} // namespace dlc::fuse

using namespace mlir;

namespace dlc::fuse {
namespace {

struct MarkCosts : impl::MarkCostsBase<MarkCosts> {
  void runOnOperation() override {
    for (auto stage : getOperation().getOps<func::FuncOp>()) {
      uint64_t macs = 0, other = 0;
      // What is in an op's body the op answers for.
      for (Operation &op : stage.front()) {
        macs += multiplyAccumulatesOf(&op);
        other += otherOperationsOf(&op);
      }
      if (macs)
        nn::macsAttr.put(stage, macs);
      if (macs || other)
        nn::flopsAttr.put(stage, 2 * macs + other);
    }
  }
};

} // namespace
} // namespace dlc::fuse
