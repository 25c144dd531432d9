//===- PlanArena.cpp - Offsets of buffers ---------------------------------===//

#include "codegen/memory/Passes.h"
#include "codegen/memory/plan/BankPlanner.h"
#include "codegen/memory/plan/Liveness.h"
#include "dialects/arena/Declarations.h"
#include "mlir/IR/Builders.h"
#include "targets/description/TargetAttr.h"
#include "llvm/Support/MathExtras.h"

namespace dlc::memory {
#define GEN_PASS_DEF_PLANARENA
#include "codegen/memory/Passes.h.inc"
} // namespace dlc::memory

using namespace mlir;

namespace dlc::memory {
namespace {

struct PlanArena : impl::PlanArenaBase<PlanArena> {
  using PlanArenaBase::PlanArenaBase;

  /// The plan of a split arena with offsets through all parts. What fits in no
  /// bank lies behind the end of all: then the arena is larger than the banks.
  ArenaPlan planParts(const ArenaLiveness &liveness, DenseI64ArrayAttr sizes,
                      int64_t align) {
    // Parts begin aligned, so their bytes are aligned too.
    SmallVector<int64_t> usable, parts, begin = {0};
    for (int64_t size : sizes.asArrayRef())
      usable.push_back(llvm::alignDown(size, align));
    BankPlan banks = planBanks(liveness.ranges(), usable, effort);
    for (auto [used, size] : llvm::zip(banks.used, sizes.asArrayRef())) {
      parts.push_back(llvm::alignTo(banks.fits() ? used : size, align));
      begin.push_back(begin.back() + parts.back());
    }
    ArenaPlan plan;
    plan.lowerBound = lowerBound(liveness.ranges());
    plan.bytes = begin.back() + banks.used.back();
    for (auto [bank, offset] : llvm::zip(banks.banks, banks.offsets))
      plan.offsets.push_back(begin[bank] + offset);
    if (banks.fits())
      arena::partsAttr.set(getOperation(),
                           DenseI64ArrayAttr::get(&getContext(), parts));
    return plan;
  }

  /// Offsets in the device's memory, which is planned by itself.
  void planDevice(func::FuncOp main) {
    ArenaLiveness liveness(main, /*onDevice=*/true);
    if (liveness.buffers().empty())
      return;
    ArenaPlan plan = planArena(liveness.ranges(), effort);
    for (auto [i, op] : llvm::enumerate(liveness.buffers()))
      arena::BufferOp(op).setOffset(plan.offsets[i]);
    arena::deviceBytesAttr.put(getOperation(), plan.bytes);
  }

  void runOnOperation() override {
    ModuleOp module = getOperation();
    func::FuncOp main = findMain(module);
    if (!main)
      return signalPassFailure();
    // What no call uses has no live range and needs no bytes.
    for (auto buffer :
         llvm::make_early_inc_range(main.getOps<arena::BufferOp>()))
      if (buffer->use_empty())
        buffer.erase();
    ArenaLiveness liveness(main);
    int64_t align = targets::getTargetInfo(module).align;
    for (const LiveBuffer &range : liveness.ranges())
      align = std::max(align, range.align);
    auto sizes = arena::bankSizesAttr.get(module);
    ArenaPlan plan = sizes ? planParts(liveness, sizes, align)
                           : planArena(liveness.ranges(), effort);
    for (auto [i, op] : llvm::enumerate(liveness.buffers()))
      arena::BufferOp(op).setOffset(plan.offsets[i]);
    planDevice(main);
    arena::bytesAttr.put(module, plan.bytes);
    arena::alignAttr.put(module, align);
    arena::lowerBoundAttr.put(module, plan.lowerBound);
  }
};

} // namespace
} // namespace dlc::memory
