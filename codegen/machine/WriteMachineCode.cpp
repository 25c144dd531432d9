//===- WriteMachineCode.cpp - LLVM's back end, watched --------------------===//

#include "codegen/machine/WriteMachineCode.h"
#include "codegen/machine/DeadLoads.h"
#include "codegen/machine/LoadStoreGuard.h"
#include "codegen/machine/TiedOperands.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/CodeGen/MachineFunctionPass.h"
#include "llvm/CodeGen/MachineModuleInfo.h"
#include "llvm/CodeGen/Passes.h"
#include "llvm/CodeGen/TargetPassConfig.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/Support/CommandLine.h"

using namespace dlc::machine;

namespace {
/// Asks LLVM's machine verifier about each function as it is written.
class FinalCheck : public llvm::MachineFunctionPass {
public:
  static char ID;
  explicit FinalCheck(std::string &complaints)
      : MachineFunctionPass(ID), complaints(complaints) {}

  llvm::StringRef getPassName() const override {
    return "Check of what is written";
  }
  void getAnalysisUsage(llvm::AnalysisUsage &usage) const override {
    usage.setPreservesAll();
    MachineFunctionPass::getAnalysisUsage(usage);
  }
  bool runOnMachineFunction(llvm::MachineFunction &function) override {
    llvm::raw_string_ostream os(complaints);
    function.verify(this, nullptr, &os, /*AbortOnError=*/false);
    return false;
  }

private:
  std::string &complaints;
};

char FinalCheck::ID = 0;
} // namespace

/// The verifier prints the function, then what is wrong with it.
static std::string findings(llvm::StringRef complaints) {
  static constexpr llvm::StringLiteral mark("*** Bad machine code: ");
  std::string result;
  for (bool isFinding = false; !complaints.empty();) {
    auto [line, rest] = complaints.split('\n');
    complaints = rest;
    isFinding = line.starts_with(mark) || (isFinding && line.starts_with("- "));
    if (isFinding)
      result += (line + "\n").str();
  }
  return result;
}

/// LLVM has that as an option of its command line alone. It keeps until the
/// process ends.
static void verifyEachPass() {
  auto &known = llvm::cl::getRegisteredOptions();
  auto found = known.find("verify-machineinstrs");
  assert(found != known.end() && "LLVM 22 has this option");
  static_cast<llvm::cl::opt<llvm::cl::boolOrDefault> *>(found->second)
      ->setValue(llvm::cl::BOU_TRUE);
}

llvm::Error dlc::machine::writeMachineCode(
    llvm::Module &module, llvm::TargetMachine &machine,
    const llvm::TargetLibraryInfoImpl &library, llvm::raw_pwrite_stream &os,
    const WriteOptions &options) {
  LoadStoreGuard guard(!options.keepsLoadStoreFault);
  std::string complaints;
  if (options.verifiesEach)
    verifyEachPass();
  // As CodeGenTargetMachineImpl::addPassesToEmitFile does, which has no place
  // for other passes.
  llvm::legacy::PassManager passes;
  passes.add(new llvm::TargetLibraryInfoWrapperPass(library));
  auto *info = new llvm::MachineModuleInfoWrapperPass(&machine);
  llvm::TargetPassConfig *config = machine.createPassConfig(passes);
  config->setDisableVerify(true);
  guard.insertInto(*config);
  insertTiedOperands(*config);
  insertDeadLoads(*config);
  passes.add(config);
  passes.add(info);
  bool failed = config->addISelPasses();
  config->addMachinePasses();
  config->setInitialized();
  passes.add(new FinalCheck(complaints));
  failed |= machine.addAsmPrinter(passes, os, nullptr, options.type,
                                  info->getMMI().getContext());
  passes.add(llvm::createFreeMachineFunctionPass());
  if (failed)
    return llvm::createStringError(
        "internal error: LLVM's target cannot write this kind of file");
  passes.run(module);
  std::string message;
  if (!guard.wrongFunctions().empty())
    message += "\nits load/store optimiser has changed what these functions "
               "compute: " +
               llvm::join(guard.wrongFunctions(), ", ");
  if (!complaints.empty())
    message += "\nits machine verifier rejects\n" + findings(complaints);
  if (message.empty())
    return llvm::Error::success();
  return llvm::createStringError(
      "internal error: LLVM has made wrong machine code" + message);
}
