//===- MeasureOverlap.cpp - Which results may lie over operands -----------===//

#include "codegen/memory/Liveness.h"
#include "codegen/memory/Overlap.h"
#include "codegen/memory/Passes.h"
#include "mlir/IR/SymbolTable.h"

namespace dlc::memory {
#define GEN_PASS_DEF_MEASUREOVERLAP
#include "codegen/memory/Passes.h.inc"
} // namespace dlc::memory

using namespace mlir;

namespace dlc::memory {
namespace {

struct MeasureOverlap : impl::MeasureOverlapBase<MeasureOverlap> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    auto main = module.lookupSymbol<func::FuncOp>("main");
    if (!main || main.isExternal()) {
      module.emitError("the arena is that of a function @main");
      return signalPassFailure();
    }
    SymbolTable symbols(module);
    ArenaLiveness liveness(main);
    for (const Meeting &meeting : liveness.meetings()) {
      auto stage = symbols.lookup<func::FuncOp>(
          func::CallOp(meeting.call).getCallee());
      if (!measured.insert({stage, {meeting.operand, meeting.result}}).second)
        continue;
      std::optional<OverlapDistances> found =
          measureOverlap(stage, meeting.operand, meeting.result);
      if (found)
        stage.setArgAttr(
            meeting.operand, arena::overlapAttrName,
            DenseI64ArrayAttr::get(&getContext(),
                                   {found->after, found->before}));
    }
  }

  llvm::DenseSet<std::pair<Operation *, std::pair<unsigned, unsigned>>>
      measured;
};

} // namespace
} // namespace dlc::memory
