//===- RecomputeCheap.cpp - Cheap tensors again in place of kept ones -----===//

#include "compiler/fuse/Passes.h"
#include "compiler/fuse/StageGroups.h"
#include "compiler/fuse/StageSchedule.h"
#include "dialects/dlc/Declarations.h"
#include "dialects/interfaces/StageInterface.h"
#include "dialects/nn/NnOps.h"
#include "dialects/nn/NodeLocation.h"
#include "dialects/nn/Notes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SetVector.h"

namespace dlc::fuse {
#define GEN_PASS_DEF_RECOMPUTECHEAP
#include "compiler/fuse/Passes.h.inc"
} // namespace dlc::fuse

using namespace mlir;

namespace dlc::fuse {
namespace {

/// Each trial counts the live bytes of a whole network: so many at most.
constexpr int kMostTrials = 256;

bool isCheap(Operation *op) {
  auto stage = dyn_cast<StageOpInterface>(op);
  return stage && stage.isCheap();
}

/// The most bytes alive at a stage, and at how many stages.
std::pair<int64_t, int64_t> peakOf(func::FuncOp main) {
  std::vector<int64_t> live =
      liveBytesPerCall(StageGraph(main, usesOfGroups(main)));
  int64_t peak = live.empty() ? 0 : *llvm::max_element(live);
  return {peak, llvm::count(live, peak)};
}

struct RecomputeCheap : impl::RecomputeCheapBase<RecomputeCheap> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    auto budget = phases::ramBudgetAttr.get(module);
    main = module.lookupSymbol<func::FuncOp>("main");
    if (!budget || !main || !main.getBody().hasOneBlock())
      return;
    StageGraph graph(main, usesOfGroups(main));
    if (peakBytes(graph, frugalOrder(graph, kMostStates)) <= budget.getInt())
      return;
    peak = peakOf(main);
    int trials = 0;
    for (Operation &op : llvm::make_early_inc_range(main.front())) {
      if (isa<arith::ConstantOp>(op) || !isCheap(&op))
        continue;
      // A clone may be worth another one further down.
      for (Operation *from = &op; from && trials < kMostTrials;)
        from = moveLateUses(from, trials);
    }
    report(module);
  }

  /// The ops that read `op`, first to last.
  static SmallVector<Operation *> readersOf(Operation *op) {
    llvm::SetVector<Operation *> readers(op->user_begin(), op->user_end());
    SmallVector<Operation *> sorted = readers.takeVector();
    llvm::sort(sorted, [](Operation *a, Operation *b) {
      return a->isBeforeInBlock(b);
    });
    return sorted;
  }

  /// Gives the readers from one of them on a clone of `op` if that lowers the
  /// peak; returns the clone.
  Operation *moveLateUses(Operation *op, int &trials) {
    SmallVector<Operation *> readers = readersOf(op);
    for (size_t i = 1; i < readers.size() && trials < kMostTrials; ++i) {
      if (readers[i]->hasTrait<OpTrait::IsTerminator>())
        continue;
      ++trials;
      OpBuilder builder(readers[i]);
      Operation *clone = builder.clone(*op);
      Value kept = op->getResult(0), again = clone->getResult(0);
      kept.replaceUsesWithIf(again, [&](OpOperand &use) {
        return llvm::is_contained(llvm::ArrayRef(readers).drop_front(i),
                                  use.getOwner());
      });
      std::pair<int64_t, int64_t> now = peakOf(main);
      if (now < peak) {
        peak = now;
        if (!llvm::is_contained(recomputed, nameOf(op)))
          recomputed.push_back(nameOf(op));
        return clone;
      }
      again.replaceAllUsesWith(kept);
      clone->erase();
    }
    return nullptr;
  }

  static std::string nameOf(Operation *op) {
    auto node = nn::nodeOf(op->getLoc());
    return node && !node->name.empty() ? node->name
                                       : op->getName().stripDialect().str();
  }

  void report(ModuleOp module) {
    std::string names;
    for (const std::string &name : recomputed)
      names += (names.empty() ? "'" : ", '") + name + "'";
    if (!names.empty())
      nn::addNote(module, "computed again where it is read later: " + names);
  }

  func::FuncOp main;
  std::pair<int64_t, int64_t> peak;
  SmallVector<std::string> recomputed; // names of ops
};

} // namespace
} // namespace dlc::fuse
