//===- PtxText.cpp - LLVM IR to PTX ---------------------------------------===//

#include "codegen/ptx/PtxText.h"
#include "codegen/ptx/FuseProducts.h"
#include "codegen/ptx/WidenHalves.h"
#include "targets/description/GpuRates.h"

#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Target/TargetMachine.h"

using namespace dlc;

static void initializeTargets() {
  static bool once = [] {
    llvm::InitializeAllTargetInfos();
    llvm::InitializeAllTargets();
    llvm::InitializeAllTargetMCs();
    llvm::InitializeAllAsmPrinters();
    return true;
  }();
  (void)once;
}

static llvm::Expected<std::unique_ptr<llvm::TargetMachine>>
makeMachine(const targets::TargetInfo &target) {
  initializeTargets();
  llvm::Triple triple("nvptx64-nvidia-cuda");
  std::string message;
  const llvm::Target *nvptx =
      llvm::TargetRegistry::lookupTarget(triple, message);
  if (!nvptx)
    return llvm::createStringError(message);
  return std::unique_ptr<llvm::TargetMachine>(nvptx->createTargetMachine(
      triple, "sm_" + std::to_string(target.gpuCapability),
      "+ptx" + std::to_string(target.gpuPtx), llvm::TargetOptions(),
      std::nullopt, std::nullopt, llvm::CodeGenOptLevel::Aggressive));
}

static llvm::TargetLibraryInfoImpl noLibrary(const llvm::Triple &triple) {
  llvm::TargetLibraryInfoImpl library(triple);
  library.disableAllFunctions();
  return library;
}

static void optimise(llvm::Module &module, llvm::TargetMachine &machine) {
  llvm::TargetLibraryInfoImpl library = noLibrary(module.getTargetTriple());
  llvm::LoopAnalysisManager loops;
  llvm::FunctionAnalysisManager functions;
  llvm::CGSCCAnalysisManager components;
  llvm::ModuleAnalysisManager modules;
  functions.registerPass([&] { return llvm::TargetLibraryAnalysis(library); });
  // Kernels are in vectors as they are written; looking for more finds none.
  llvm::PipelineTuningOptions tuning;
  tuning.LoopVectorization = tuning.LoopInterleaving = tuning.SLPVectorization =
      false;
  llvm::PassBuilder builder(&machine, tuning);
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(components);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, components, modules);
  builder.buildPerModuleDefaultPipeline(llvm::OptimizationLevel::O3)
      .run(module, modules);
}

/// PTX that calls a function which nobody defines assembles, and is refused on
/// the device.
static llvm::Error checkCalls(const llvm::Module &module) {
  std::string missing;
  for (const llvm::Function &function : module)
    if (function.isDeclaration() && !function.isIntrinsic())
      missing += (missing.empty() ? "" : ", ") + function.getName().str();
  if (missing.empty())
    return llvm::Error::success();
  return llvm::createStringError(
      "internal error: kernels would need functions that there are not on a "
      "device: " +
      missing);
}

llvm::Expected<std::string>
ptx::writePtxText(llvm::Module &module, const targets::TargetInfo &target) {
  auto machine = makeMachine(target);
  if (!machine)
    return machine.takeError();
  module.setTargetTriple((*machine)->getTargetTriple());
  module.setDataLayout((*machine)->createDataLayout());
  for (llvm::Function &function : module)
    if (!function.isDeclaration())
      function.addFnAttr(llvm::Attribute::NoUnwind);
  fuseProducts(module);
  optimise(module, **machine);
  fuseProducts(module);
  forbidFusing(module);
  if (!targets::hasFastHalves(target))
    widenHalves(module);
  if (llvm::Error error = checkCalls(module))
    return error;
  llvm::SmallVector<char, 0> text;
  llvm::raw_svector_ostream os(text);
  llvm::legacy::PassManager passes;
  passes.add(new llvm::TargetLibraryInfoWrapperPass(
      noLibrary(module.getTargetTriple())));
  if ((*machine)->addPassesToEmitFile(passes, os, nullptr,
                                      llvm::CodeGenFileType::AssemblyFile))
    return llvm::createStringError("internal error: LLVM writes no PTX");
  passes.run(module);
  return std::string(text.begin(), text.end());
}
