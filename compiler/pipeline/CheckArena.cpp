//===- CheckArena.cpp - Who is to blame for a limit exceeded --------------===//

#include "codegen/memory/plan/Liveness.h"
#include "compiler/pipeline/Addresses.h"
#include "compiler/pipeline/Passes.h"
#include "compiler/pipeline/Pipeline.h"
#include "dialects/arena/Declarations.h"
#include "dialects/dlc/Declarations.h"
#include "dialects/nn/Notes.h"
#include "dialects/nn/state/Declarations.h"
#include "targets/description/TargetAttr.h"

namespace dlc::pipeline {
#define GEN_PASS_DEF_CHECKARENA
#include "compiler/pipeline/Passes.h.inc"
} // namespace dlc::pipeline

using namespace mlir;
using namespace dlc;
using namespace dlc::pipeline;

/// As many as a person wants to read.
static constexpr size_t named = 5;

/// The banks of RAM that the arena is split over; null for one block.
static DenseI64ArrayAttr banksOf(ModuleOp module) {
  return arena::bankSizesAttr.get(module);
}

static uint64_t stateBytes(ModuleOp module) {
  return nn::stateBytesAttr.value(module).value_or(0);
}

/// By how much the budget is exceeded by arena and state.
static void printExcess(InFlightDiagnostic &diag, ModuleOp module,
                        uint64_t bytes, uint64_t budget) {
  if (DenseI64ArrayAttr banks = banksOf(module))
    diag << "with banks of " << banks.asArrayRef() << " bytes of RAM, "
         << bytes - budget << " bytes of the network lie in none";
  else
    diag << "the network takes " << bytes << " bytes of RAM, " << bytes - budget
         << " more than the budget of " << budget;
  if (uint64_t state = stateBytes(module))
    diag << ", with " << state << " of its state";
}

/// What was done, and that it helped so far.
static void eachNote(ModuleOp module,
                     llvm::function_ref<void(const llvm::Twine &)> print) {
  uint64_t bytes = arena::bytesAttr.value(module).value_or(0);
  uint64_t plain = arena::plainBytesAttr.value(module).value_or(bytes);
  if (bytes >= plain)
    return;
  for (llvm::StringRef note : nn::notesOf(module))
    print(note);
  // A plan that does not fit its banks has no size to compare with.
  if (!banksOf(module))
    print("so the network takes " + llvm::Twine(bytes + stateBytes(module)) +
          " bytes of RAM in place of " +
          llvm::Twine(plain + stateBytes(module)));
}

/// The stage with the most bytes alive, the tensors that are, and what would
/// help.
static InFlightDiagnostic overLimit(ModuleOp module, uint64_t bytes,
                                    uint64_t budget) {
  memory::ArenaLiveness liveness(module.lookupSymbol<func::FuncOp>("main"));
  std::vector<int64_t> alive = memory::liveBytesPerStep(liveness.ranges());
  unsigned peak = std::max_element(alive.begin(), alive.end()) - alive.begin();

  std::vector<std::pair<int64_t, std::string>> tensors;
  for (auto [buffer, op] : llvm::zip(liveness.ranges(), liveness.buffers()))
    if (buffer.first <= peak && peak <= buffer.last)
      tensors.push_back({-buffer.bytes, arena::BufferOp(op).getName().str()});
  llvm::sort(tensors);

  func::CallOp call = liveness.steps()[peak];
  InFlightDiagnostic diag = call.emitError();
  printExcess(diag, module, bytes, budget);
  diag << "; most are alive here, " << alive[peak] << " bytes: ";
  for (auto [i, tensor] : llvm::enumerate(tensors)) {
    if (i == named) {
      diag << " ...";
      break;
    }
    diag << (i ? ", " : "") << "'" << tensor.second << "' (" << -tensor.first
         << ")";
  }
  if (alive[peak] + stateBytes(module) > budget)
    diag << "; no placement of these fits: a smaller input, or fewer channels "
            "in and before this layer, would";
  else if (banksOf(module))
    diag
        << "; they would fit into one block of as many bytes, but each lies in "
           "one bank: banks of other sizes may help";
  else
    diag << "; they would fit without the gaps between them: another order of "
            "the layers may help";
  eachNote(module, [&](const llvm::Twine &note) {
    diag.attachNote(module.getLoc()) << note;
  });
  if (!banksOf(module))
    diag.attachNote(module.getLoc())
        << "nothing smaller was found: --ram=" << bytes << " compiles";
  return diag;
}

namespace dlc::pipeline {
namespace {

struct CheckArena : impl::CheckArenaBase<CheckArena> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    const uint64_t state = stateBytes(module);
    const uint64_t bytes = arena::bytesAttr.value(module).value_or(0) + state;
    const unsigned indexBits = targets::getTargetInfo(module).indexBits;
    auto limit = phases::ramLimitAttr.get(module);
    if (limit && state > static_cast<uint64_t>(limit.getInt())) {
      module.emitError("the network's state alone takes ")
          << state << " bytes of RAM, more than the budget of "
          << limit.getInt();
      return signalPassFailure();
    }
    if (limit && bytes > static_cast<uint64_t>(limit.getInt())) {
      overLimit(module, bytes, limit.getInt());
      return signalPassFailure();
    }
    // What was not necessary is for those who read the report.
    if (limit &&
        static_cast<uint64_t>(arena::plainBytesAttr.value(module).value_or(0)) +
                state >
            static_cast<uint64_t>(limit.getInt()))
      eachNote(module, [&](const llvm::Twine &note) {
        emitRemark(UnknownLoc::get(&getContext())) << note;
      });
    if (bytes > addressableBytes(indexBits)) {
      tooLarge(module.emitError(state ? "arena and state take "
                                      : "the arena takes "),
               bytes, indexBits);
      return signalPassFailure();
    }
  }
};

} // namespace
} // namespace dlc::pipeline
