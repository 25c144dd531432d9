//===- LimitScratch.cpp - How much scratch memory a stage may take --------===//

#include "codegen/memory/Passes.h"
#include "codegen/memory/plan/Liveness.h"
#include "dialects/arena/Declarations.h"
#include "mlir/IR/Builders.h"
#include "targets/description/TargetAttr.h"
#include <algorithm>

namespace dlc::memory {
#define GEN_PASS_DEF_LIMITSCRATCH
#include "codegen/memory/Passes.h.inc"
} // namespace dlc::memory

using namespace mlir;

namespace dlc::memory {
namespace {

/// By this part of itself may scratch memory make the arena larger where RAM is
/// scarce.
constexpr int64_t kNextToNothing = 256;

struct LimitScratch : impl::LimitScratchBase<LimitScratch> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    auto main = module.lookupSymbol<func::FuncOp>("main");
    auto budget = arena::budgetAttr.get(module);
    if (!main || (!budget && !targets::getTargetInfo(module).scarceRam))
      return;
    ArenaLiveness liveness(main);
    std::vector<int64_t> alive = liveBytesPerStep(liveness.ranges());
    alive.resize(liveness.steps().size());
    int64_t most = 0;
    if (budget)
      most = budget.getInt();
    else if (!alive.empty())
      most = *llvm::max_element(alive);
    if (!budget)
      most += most / kNextToNothing;

    SymbolTable symbols(module);
    for (auto [step, bytes] : llvm::zip_equal(liveness.steps(), alive)) {
      func::CallOp call = step;
      auto stage = symbols.lookup<func::FuncOp>(call.getCallee());
      int64_t left = std::max<int64_t>(0, most - bytes);
      // One that several calls share takes what each of them can give.
      if (auto known = arena::maxScratchAttr.get(stage))
        left = std::min(left, known.getInt());
      arena::maxScratchAttr.put(stage, left);
    }
    arena::budgetAttr.remove(module);
  }
};

} // namespace
} // namespace dlc::memory
