//===- MarkLastReads.cpp - Operands that a stage may destroy --------------===//

#include "codegen/memory/Passes.h"
#include "codegen/memory/plan/Liveness.h"
#include "dialects/arena/ArenaOps.h"
#include "dialects/arena/Declarations.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/MapVector.h"

namespace dlc::memory {
#define GEN_PASS_DEF_MARKLASTREADS
#include "codegen/memory/Passes.h.inc"
} // namespace dlc::memory

using namespace mlir;

namespace dlc::memory {
namespace {

/// A result that lies over its operand takes nothing: what is alive may be so
/// many times what is needed.
constexpr int64_t kOverlapping = 2;

struct MarkLastReads : impl::MarkLastReadsBase<MarkLastReads> {
  void runOnOperation() override {
    func::FuncOp main = findMain(getOperation());
    if (!main)
      return signalPassFailure();
    SymbolTable symbols(getOperation());
    ArenaLiveness liveness(main);
    std::vector<int64_t> alive = liveBytesPerStep(liveness.ranges());
    alive.resize(liveness.steps().size());
    int64_t most = alive.empty() ? 0 : *llvm::max_element(alive);
    for (auto [step, call] : llvm::enumerate(liveness.steps())) {
      func::CallOp op = call;
      stepOf[op] = step;
      if (alive[step] * kOverlapping > most)
        arena::crowdedAttr.put(symbols.lookup<func::FuncOp>(op.getCallee()));
    }
    // By callee: the arguments that some call has another use for.
    llvm::MapVector<StringAttr, llvm::BitVector> kept;
    for (auto call : main.getOps<func::CallOp>()) {
      llvm::BitVector &arguments = kept[call.getCalleeAttr().getAttr()];
      arguments.resize(call.getNumOperands());
      for (OpOperand &operand : call->getOpOperands())
        if (!isLastUse(operand))
          arguments.set(operand.getOperandNumber());
    }
    for (auto &[name, arguments] : kept) {
      auto stage = symbols.lookup<func::FuncOp>(name);
      // The next step of a loop reads it again, and nothing is known of what a
      // branch does.
      if (!stage.isExternal() && (!stage.getOps<scf::ForOp>().empty() ||
                                  !stage.getOps<scf::IfOp>().empty()))
        continue;
      for (unsigned i = 0; i < stage.getNumArguments(); ++i)
        if (!arguments.test(i))
          arena::lastReadAttr.putAt(stage, i);
    }
  }

  /// Whether the operand is in a buffer of the arena that no call takes after
  /// this one, and that this one takes but once.
  bool isLastUse(OpOperand &operand) {
    Value memory = operand.get();
    while (auto view = memory.getDefiningOp<arena::ViewOp>())
      memory = view.getSource();
    auto buffer = memory.getDefiningOp<arena::BufferOp>();
    if (!buffer || buffer.getPersistent())
      return false;
    unsigned uses = 0;
    SmallVector<Value> views = {memory};
    while (!views.empty())
      for (OpOperand &use : views.pop_back_val().getUses()) {
        Operation *user = use.getOwner();
        auto step = stepOf.find(user);
        if (step == stepOf.end())
          llvm::append_range(views, user->getResults());
        else if (step->second > stepOf.lookup(operand.getOwner()))
          return false;
        else if (user == operand.getOwner())
          ++uses;
      }
    return uses == 1;
  }

  DenseMap<Operation *, unsigned> stepOf;
};

} // namespace
} // namespace dlc::memory
