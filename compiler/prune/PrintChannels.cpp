//===- PrintChannels.cpp - The analyses of channels, printed --------------===//

#include "compiler/prune/KeptChannels.h"
#include "compiler/prune/Passes.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/raw_ostream.h"

namespace dlc::prune {
#define GEN_PASS_DEF_PRINTCHANNELS
#include "compiler/prune/Passes.h.inc"

namespace {
struct PrintChannels : impl::PrintChannelsBase<PrintChannels> {
  void runOnOperation() override {
    for (auto function : getOperation().getOps<mlir::func::FuncOp>()) {
      if (!function.getBody().hasOneBlock())
        continue;
      llvm::outs() << "@" << function.getName() << "\n";
      ChannelAnalysis analysis(function);
      analysis.print(llvm::outs());
      KeptChannels(analysis).print(llvm::outs());
    }
    markAllAnalysesPreserved();
  }
};
} // namespace
} // namespace dlc::prune
