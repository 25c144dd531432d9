//===- TargetMachine.cpp - LLVM's target for a description ----------------===//

#include "codegen/llvm/Emit.h"

#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/TargetParser/SubtargetFeature.h"

using namespace dlc;

static void initializeTargets() {
  static bool once = [] {
    llvm::InitializeAllTargetInfos();
    llvm::InitializeAllTargets();
    llvm::InitializeAllTargetMCs();
    llvm::InitializeAllAsmPrinters();
    llvm::InitializeAllAsmParsers();
    return true;
  }();
  (void)once;
}

/// The triple, normalised (soft-float calls get wrong names otherwise) and, for
/// 32-bit Arm, with the environment that says how floats are passed.
static llvm::Triple tripleOf(const targets::TargetDescription &target) {
  llvm::Triple triple(llvm::Triple::normalize(target.triple));
  if (!triple.isARM() && !triple.isThumb())
    return triple;
  bool hard = target.floatAbi == targets::FloatAbi::Hard;
  switch (triple.getEnvironment()) {
  case llvm::Triple::EABI:
  case llvm::Triple::EABIHF:
    triple.setEnvironment(hard ? llvm::Triple::EABIHF : llvm::Triple::EABI);
    break;
  case llvm::Triple::GNUEABI:
  case llvm::Triple::GNUEABIHF:
    triple.setEnvironment(hard ? llvm::Triple::GNUEABIHF
                               : llvm::Triple::GNUEABI);
    break;
  default:
    break;
  }
  return triple;
}

/// The description's features, less the float instructions where the float ABI
/// does without them.
static std::string featuresOf(const targets::TargetDescription &target,
                              const llvm::Triple &triple) {
  llvm::SubtargetFeatures features(target.features);
  if (target.floatAbi == targets::FloatAbi::Soft &&
      (triple.isARM() || triple.isThumb())) {
    features.AddFeature("soft-float");
    // And all that needs its registers: MVE and half precision would stay.
    features.AddFeature("fpregs", false);
  }
  return features.getString();
}

llvm::Expected<std::unique_ptr<llvm::TargetMachine>>
llvmgen::makeTargetMachine(const targets::TargetDescription &target,
                           OptLevel opt) {
  initializeTargets();
  llvm::Triple triple = tripleOf(target);
  std::string message;
  const llvm::Target *llvmTarget =
      llvm::TargetRegistry::lookupTarget(triple, message);
  if (!llvmTarget)
    return llvm::createStringError("target '" + target.name + "': " + message);
  if (!triple.isOSBinFormatELF())
    return llvm::createStringError("target '" + target.name +
                                   "': only ELF objects can be written");
  if (std::string wrong =
          targets::checkProcessor(triple.str(), target.cpu, target.features);
      !wrong.empty())
    return llvm::createStringError("target '" + target.name + "': " + wrong);

  llvm::TargetOptions options;
  options.FunctionSections = true;
  options.DataSections = true;
  options.UniqueSectionNames = true;
  options.FloatABIType = target.floatAbi == targets::FloatAbi::Hard
                             ? llvm::FloatABI::Hard
                             : llvm::FloatABI::Soft;
  // Firmware is linked to its addresses; what must be relocated when a program
  // starts would be copied into RAM there.
  llvm::Reloc::Model relocation =
      triple.isOSUnknown() ? llvm::Reloc::Static : llvm::Reloc::PIC_;
  auto level = opt == OptLevel::O1   ? llvm::CodeGenOptLevel::Less
               : opt == OptLevel::O2 ? llvm::CodeGenOptLevel::Aggressive
                                     : llvm::CodeGenOptLevel::Default;
  std::unique_ptr<llvm::TargetMachine> machine(llvmTarget->createTargetMachine(
      triple, target.cpu, featuresOf(target, triple), options, relocation,
      std::nullopt, level));
  return machine;
}
