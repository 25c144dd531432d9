//===- Emit.cpp - Optimise and write assembly or an object ----------------===//

#include "codegen/llvm/Emit.h"
#include "codegen/llvm/ObjectFile.h"
#include "codegen/llvm/rewrites/FixedPointConversions.h"
#include "codegen/llvm/rewrites/GatherSteps.h"
#include "codegen/llvm/rewrites/HalfConversions.h"
#include "codegen/llvm/rewrites/HalfwordProducts.h"
#include "codegen/llvm/rewrites/VectorCompares.h"
#include "codegen/machine/WriteMachineCode.h"

#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/SmallVectorMemoryBuffer.h"

using namespace dlc;
using namespace dlc::llvmgen;

/// The library that generated code may call: three functions.
static llvm::TargetLibraryInfoImpl bareLibrary(const llvm::Triple &triple) {
  llvm::TargetLibraryInfoImpl library(triple);
  library.disableAllFunctions();
  for (llvm::LibFunc function :
       {llvm::LibFunc_memcpy, llvm::LibFunc_memmove, llvm::LibFunc_memset})
    library.setAvailable(function);
  return library;
}

static llvm::OptimizationLevel level(OptLevel opt) {
  switch (opt) {
  case OptLevel::O1:
    return llvm::OptimizationLevel::O1;
  case OptLevel::O2:
    // Kernels are few and hot: what LLVM calls O3.
    return llvm::OptimizationLevel::O3;
  case OptLevel::Os:
    return llvm::OptimizationLevel::Os;
  }
  llvm_unreachable("all levels are listed");
}

void NetworkModule::optimise() {
  llvm::TargetLibraryInfoImpl library = bareLibrary(module->getTargetTriple());
  llvm::LoopAnalysisManager loops;
  llvm::FunctionAnalysisManager functions;
  llvm::CGSCCAnalysisManager components;
  llvm::ModuleAnalysisManager modules;
  functions.registerPass([&] { return llvm::TargetLibraryAnalysis(library); });
  llvm::PassBuilder builder(machine.get());
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(components);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, components, modules);
  builder.buildPerModuleDefaultPipeline(level(opt)).run(*module, modules);
  hideGatherSteps(*module);
  hideComparedRegisters(*module);
  writeHalfConversions(*module, *machine);
  writeFixedPointConversions(*module, *machine);
  writeHalfwordProducts(*module, *machine);
}

void NetworkModule::printIr(llvm::raw_ostream &os) {
  spellOutBlobs();
  module->print(os, nullptr);
}

llvm::Error NetworkModule::emit(llvm::raw_pwrite_stream &os,
                                llvm::CodeGenFileType type) {
  machine::WriteOptions options;
  options.type = type;
  options.verifiesEach = verifyEach;
  return machine::writeMachineCode(
      *module, *machine, bareLibrary(module->getTargetTriple()), os, options);
}

llvm::Error NetworkModule::printAssembly(llvm::raw_pwrite_stream &os) {
  spellOutBlobs();
  return emit(os, llvm::CodeGenFileType::AssemblyFile);
}

llvm::Error NetworkModule::writeObject(llvm::SmallVectorImpl<char> &object) {
  claimEitherFloatAbi(*module);
  llvm::raw_svector_ostream os(object);
  if (llvm::Error error = emit(os, llvm::CodeGenFileType::ObjectFile))
    return error;
  if (llvm::Error error = fillBlobs(object, blobs))
    return error;
  bool hard = machine->Options.FloatABIType == llvm::FloatABI::Hard;
  if (llvm::Error error = checkFloatAbi(object, hard))
    return error;
  return checkUndefinedSymbols(object, needsRuntime);
}
