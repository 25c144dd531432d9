//===- PlanArena.cpp - Offsets of buffers ---------------------------------===//

#include "codegen/memory/Liveness.h"
#include "codegen/memory/Passes.h"
#include "mlir/IR/Builders.h"
#include "targets/description/TargetAttr.h"

namespace dlc::memory {
#define GEN_PASS_DEF_PLANARENA
#include "codegen/memory/Passes.h.inc"
} // namespace dlc::memory

using namespace mlir;

namespace dlc::memory {
namespace {

struct PlanArena : impl::PlanArenaBase<PlanArena> {
  using PlanArenaBase::PlanArenaBase;

  void runOnOperation() override {
    ModuleOp module = getOperation();
    auto main = module.lookupSymbol<func::FuncOp>("main");
    if (!main || main.isExternal()) {
      module.emitError("the arena is that of a function @main");
      return signalPassFailure();
    }
    // What no call uses has no live range and needs no bytes.
    for (auto buffer :
         llvm::make_early_inc_range(main.getOps<arena::BufferOp>()))
      if (buffer->use_empty())
        buffer.erase();
    ArenaLiveness liveness(main);
    ArenaPlan plan = planArena(liveness.ranges(), effort);
    int64_t align = targets::getTargetInfo(module).align;
    for (auto [i, op] : llvm::enumerate(liveness.buffers())) {
      arena::BufferOp buffer = op;
      buffer.setOffset(plan.offsets[i]);
      align = std::max(align, static_cast<int64_t>(buffer.getAlign()));
    }
    Builder builder(&getContext());
    module->setAttr(arena::bytesAttrName,
                    builder.getI64IntegerAttr(plan.bytes));
    module->setAttr(arena::alignAttrName, builder.getI64IntegerAttr(align));
    module->setAttr(arena::lowerBoundAttrName,
                    builder.getI64IntegerAttr(plan.lowerBound));
  }
};

} // namespace
} // namespace dlc::memory
