//===- WritePtx.cpp - The kernels of a module as PTX ----------------------===//

#include "codegen/ptx/Passes.h"
#include "codegen/ptx/PtxText.h"
#include "dialects/dlc/Declarations.h"
#include "targets/description/TargetAttr.h"

#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/IR/LLVMContext.h"

namespace dlc::ptx {
#define GEN_PASS_DEF_WRITEPTX
#include "codegen/ptx/Passes.h.inc"
} // namespace dlc::ptx

using namespace mlir;

namespace dlc::ptx {
namespace {

struct WritePtx : impl::WritePtxBase<WritePtx> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    targets::TargetInfo target = targets::getTargetInfo(module);
    auto kernels = module.lookupSymbol<gpu::GPUModuleOp>(kernelsName);
    if (!target.hasGpu() || !kernels) {
      module.emitError("has no kernels, or dlc.target no GPU");
      return signalPassFailure();
    }
    llvm::LLVMContext context;
    std::unique_ptr<llvm::Module> translated =
        translateModuleToLLVMIR(kernels, context, kernelsName);
    if (!translated) {
      module.emitError("internal error: the kernels could not be translated");
      return signalPassFailure();
    }
    llvm::Expected<std::string> text = writePtxText(*translated, target);
    if (!text) {
      module.emitError(llvm::toString(text.takeError()));
      return signalPassFailure();
    }
    phases::ptxAttr.set(module, StringAttr::get(&getContext(), *text));
    kernels.erase();
  }
};

} // namespace
} // namespace dlc::ptx
