//===- Assembly.cpp - What LLVM makes of a module for MVE -----------------===//

#include "Assembly.h"

#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Module.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Target/TargetMachine.h"
#include "gtest/gtest.h"

using namespace dlc;

void test::initializeTargets() {
  llvm::InitializeAllTargetInfos();
  llvm::InitializeAllTargets();
  llvm::InitializeAllTargetMCs();
  llvm::InitializeAllAsmPrinters();
}

std::string test::assemblyOf(llvm::Module &module) {
  std::string error;
  const llvm::Triple &triple = module.getTargetTriple();
  const llvm::Target *target =
      llvm::TargetRegistry::lookupTarget(triple, error);
  std::unique_ptr<llvm::TargetMachine> machine(
      target->createTargetMachine(triple, "cortex-m55", "", {}, {}));
  module.setDataLayout(machine->createDataLayout());
  llvm::SmallString<0> assembly;
  llvm::raw_svector_ostream os(assembly);
  llvm::legacy::PassManager passes;
  EXPECT_FALSE(machine->addPassesToEmitFile(
      passes, os, nullptr, llvm::CodeGenFileType::AssemblyFile));
  passes.run(module);
  return assembly.str().str();
}
