//===- PrintArenaLiveness.cpp - The liveness analysis, printed ------------===//

#include "codegen/memory/Passes.h"
#include "codegen/memory/plan/Liveness.h"
#include "llvm/Support/raw_ostream.h"

namespace dlc::memory {
#define GEN_PASS_DEF_PRINTARENALIVENESS
#include "codegen/memory/Passes.h.inc"

namespace {

struct PrintArenaLiveness : impl::PrintArenaLivenessBase<PrintArenaLiveness> {
  void runOnOperation() override {
    if (auto main = getOperation().lookupSymbol<mlir::func::FuncOp>("main"))
      ArenaLiveness(main).print(llvm::outs());
  }
};

} // namespace
} // namespace dlc::memory
