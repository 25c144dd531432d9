//===- DefineKernels.cpp - Functions with fixed registers of kernels ------===//

#include "codegen/kernels/FinishFunction.h"
#include "codegen/kernels/KernelFunction.h"
#include "codegen/kernels/Passes.h"

#include "dialects/dlc/Declarations.h"
#include "mlir/IR/OperationSupport.h"
#include "mlir/IR/SymbolTable.h"
#include "targets/description/TargetAttr.h"

namespace dlc::kernels {
#define GEN_PASS_DEF_DEFINEKERNELS
#include "codegen/kernels/Passes.h.inc"
} // namespace dlc::kernels

using namespace mlir;

namespace dlc::kernels {

namespace {

/// The functions of a module's kernels.
class Functions {
public:
  explicit Functions(ModuleOp module)
      : module(module), symbols(module),
        sharesLoops(phases::optimiseSizeAttr.isOn(module)) {}

  /// Makes a call of a kernel.
  LogicalResult define(kernel::KernelOpInterface kernel) {
    if (auto finish = dyn_cast<kernel::FinishOp>(kernel.getOperation()))
      return defineFinish(finish);
    std::string name = kernel::nameOf(kernel);
    LLVM::LLVMFuncOp &function = known[name];
    if (!function) {
      function = add(name, kernel);
      if (failed(writeBody(kernel, function, sharesLoops)))
        return failure();
    }
    replaceByCall(kernel, function);
    return success();
  }

private:
  struct Finish {
    std::unique_ptr<Region> epilogue;
    LLVM::LLVMFuncOp function;
  };

  LogicalResult defineFinish(kernel::FinishOp finish) {
    std::string name = kernel::nameOf(finish);
    std::vector<Finish> &all = finishes[name];
    auto equal = llvm::find_if(all, [&](const Finish &other) {
      return OperationEquivalence::isRegionEquivalentTo(
          other.epilogue.get(), &finish.getEpilogue(),
          OperationEquivalence::IgnoreLocations);
    });
    if (equal != all.end()) {
      replaceByCall(finish, equal->function);
      return success();
    }
    auto function = add(name + "_" + std::to_string(all.size()), finish);
    kernel::StoreOp store = writeFinish(finish, function);
    all.push_back({std::make_unique<Region>(), function});
    all.back().epilogue->takeBody(finish.getEpilogue());
    replaceByCall(finish, function);
    return define(store);
  }

  LLVM::LLVMFuncOp add(StringRef name, kernel::KernelOpInterface kernel) {
    LLVM::LLVMFuncOp function = makeFunction(module, name, kernel);
    symbols.insert(function);
    return function;
  }

  ModuleOp module;
  SymbolTable symbols;
  bool sharesLoops;
  llvm::StringMap<LLVM::LLVMFuncOp> known;
  llvm::StringMap<std::vector<Finish>> finishes;
};

struct DefineKernelsPass : impl::DefineKernelsBase<DefineKernelsPass> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    SmallVector<kernel::KernelOpInterface> kernels;
    module.walk(
        [&](kernel::KernelOpInterface kernel) { kernels.push_back(kernel); });
    Functions functions(module);
    for (kernel::KernelOpInterface kernel : kernels)
      if (failed(functions.define(kernel)))
        return signalPassFailure();
  }
};

} // namespace

} // namespace dlc::kernels
