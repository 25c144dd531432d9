//===- Budget.cpp - Who is to blame for flash exceeded --------------------===//

#include "compiler/driver/Budget.h"

using namespace mlir;
using namespace dlc;

/// As many as a person wants to read.
static constexpr size_t named = 5;

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
