//===- Budget.cpp - Who is to blame for a budget exceeded -----------------===//

#include "compiler/driver/Budget.h"

#include "codegen/memory/plan/Liveness.h"
#include "dialects/nn/Notes.h"

using namespace mlir;
using namespace dlc;

/// As many as a person wants to read.
static constexpr size_t named = 5;

/// The banks of RAM that the arena is split over; null for one block.
static DenseI64ArrayAttr banksOf(ModuleOp module) {
  return module->getAttrOfType<DenseI64ArrayAttr>(arena::bankSizesAttrName);
}

/// By how much the budget is exceeded.
static void printExcess(InFlightDiagnostic &diag, ModuleOp module,
                        uint64_t bytes, uint64_t budget) {
  if (DenseI64ArrayAttr banks = banksOf(module))
    diag << "with banks of " << banks.asArrayRef() << " bytes of RAM, "
         << bytes - budget << " bytes of the network lie in none";
  else
    diag << "the network takes " << bytes << " bytes of RAM, " << bytes - budget
         << " more than the budget of " << budget;
}

/// What was done, and that it helped so far.
static void printNotes(const driver::RamFit &fit,
                       llvm::function_ref<void(const llvm::Twine &)> print) {
  if (fit.bytes >= fit.plainBytes)
    return;
  for (llvm::StringRef note : nn::notesOf(*fit.module))
    print(note);
  // A plan that does not fit its banks has no size to compare with.
  if (!banksOf(*fit.module))
    print("so the network takes " + llvm::Twine(fit.bytes) +
          " bytes of RAM in place of " + llvm::Twine(fit.plainBytes));
}

LogicalResult driver::reportRam(const RamFit &fit, uint64_t budget,
                                const DiagnosticPrinter &printer) {
  ModuleOp module = *fit.module;
  uint64_t bytes = fit.bytes;
  if (bytes <= budget) {
    // What was not necessary is for those who read the report.
    if (fit.plainBytes > budget)
      printNotes(fit, [&](const llvm::Twine &note) { printer.note(note); });
    return success();
  }
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
  if (static_cast<uint64_t>(alive[peak]) > budget)
    diag << "; no placement of these fits: a smaller input, or fewer channels "
            "in and before this layer, would";
  else if (banksOf(module))
    diag
        << "; they would fit into one block of as many bytes, but each lies in "
           "one bank: banks of other sizes may help";
  else
    diag << "; they would fit without the gaps between them: another order of "
            "the layers may help";
  printNotes(fit, [&](const llvm::Twine &note) {
    diag.attachNote(module.getLoc()) << note;
  });
  if (!banksOf(module))
    diag.attachNote(module.getLoc())
        << "nothing smaller was found: --ram=" << bytes << " compiles";
  return diag;
}

LogicalResult driver::checkFlash(ModuleOp module, const llvmgen::FlashUse &use,
                                 uint64_t budget) {
  if (!budget || use.total <= budget)
    return success();
  InFlightDiagnostic diag = emitError(module->getLoc())
                            << "the network takes " << use.total
                            << " bytes of flash, " << use.total - budget
                            << " more than the budget of " << budget
                            << "; the largest parts are ";
  for (auto [i, symbol] : llvm::enumerate(use.symbols)) {
    if (i == named)
      break;
    diag << (i ? ", " : "") << "'" << symbol.name << "' (" << symbol.bytes
         << ")";
  }
  return diag;
}
