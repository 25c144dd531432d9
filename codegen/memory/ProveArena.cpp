//===- ProveArena.cpp - That the memory plan keeps every value ------------===//

#include "codegen/memory/Passes.h"
#include "codegen/memory/proof/DataFlow.h"
#include "dialects/arena/Declarations.h"

namespace dlc::memory {
#define GEN_PASS_DEF_PROVEARENA
#include "codegen/memory/Passes.h.inc"
} // namespace dlc::memory

using namespace mlir;

namespace dlc::memory {
namespace {

struct ProveArena : impl::ProveArenaBase<ProveArena> {
  /// Which buffers are alive when is nothing that state asks for: no other
  /// buffer of its space has bytes in common with it.
  LogicalResult checkState(func::FuncOp main) {
    SmallVector<arena::BufferOp> buffers(main.getOps<arena::BufferOp>());
    auto isDevice = [](arena::BufferOp buffer) {
      return buffer.getSpace() == arena::Space::Device;
    };
    for (arena::BufferOp state : buffers)
      for (arena::BufferOp other : buffers) {
        if (!state.getPersistent() || state == other ||
            isDevice(state) != isDevice(other) || !state.getOffset() ||
            !other.getOffset())
          continue;
        int64_t begin = *state.getOffset(), otherBegin = *other.getOffset();
        if (begin < otherBegin + int64_t(other.getBytes()) &&
            otherBegin < begin + int64_t(state.getBytes()))
          return other.emitError("internal error: the memory of the network is "
                                 "wrong: buffer '")
                 << other.getName() << "' shares bytes with '"
                 << state.getName() << "', which outlives the call";
      }
    return success();
  }

  void runOnOperation() override {
    ModuleOp module = getOperation();
    if (auto main = module.lookupSymbol<func::FuncOp>("main");
        main && failed(checkState(main)))
      return signalPassFailure();
    bool everyStage = arena::proveAllAttr.remove(module) != nullptr;
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
