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

std::unique_ptr<llvm::TargetMachine>
test::machineFor(const llvm::Module &module, const char *cpu) {
  std::string error;
  const llvm::Triple &triple = module.getTargetTriple();
  const llvm::Target *target =
      llvm::TargetRegistry::lookupTarget(triple, error);
  return std::unique_ptr<llvm::TargetMachine>(
      target->createTargetMachine(triple, cpu, "", {}, {}));
}

std::string test::assemblyOf(llvm::Module &module, const char *cpu) {
  std::unique_ptr<llvm::TargetMachine> machine = machineFor(module, cpu);
  module.setDataLayout(machine->createDataLayout());
  llvm::SmallString<0> assembly;
  llvm::raw_svector_ostream os(assembly);
  llvm::legacy::PassManager passes;
  EXPECT_FALSE(machine->addPassesToEmitFile(
      passes, os, nullptr, llvm::CodeGenFileType::AssemblyFile));
  passes.run(module);
  return assembly.str().str();
}
