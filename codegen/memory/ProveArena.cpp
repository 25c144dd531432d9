//===- ProveArena.cpp - That the memory plan keeps every value ------------===//

#include "codegen/memory/Passes.h"
#include "codegen/memory/proof/DataFlow.h"

namespace dlc::memory {
#define GEN_PASS_DEF_PROVEARENA
#include "codegen/memory/Passes.h.inc"
} // namespace dlc::memory

using namespace mlir;

namespace dlc::memory {
namespace {

struct ProveArena : impl::ProveArenaBase<ProveArena> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    bool everyStage = module->removeAttr(proveAllAttrName) != nullptr;
    for (auto record :
         llvm::make_early_inc_range(module.getOps<arena::DataFlowOp>())) {
      if (failed(DataFlow(record).verifyMemory(module, everyStage)))
        return signalPassFailure();
      record.erase();
    }
  }
};

} // namespace
} // namespace dlc::memory
