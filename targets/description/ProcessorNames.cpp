//===- ProcessorNames.cpp - What LLVM knows of a processor ----------------===//
//
// LLVM warns on standard error about a name that it does not know and goes on.
//
//===----------------------------------------------------------------------===//

#include "targets/description/TargetDescription.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/TargetParser/SubtargetFeature.h"
#include "llvm/TargetParser/Triple.h"

static void initializeTargets() {
  static bool once = [] {
    llvm::InitializeAllTargetInfos();
    llvm::InitializeAllTargetMCs();
    return true;
  }();
  (void)once;
}

std::string dlc::targets::checkProcessor(llvm::StringRef tripleName,
                                         llvm::StringRef cpu,
                                         llvm::StringRef features) {
  initializeTargets();
  llvm::Triple triple(llvm::Triple::normalize(tripleName));
  std::string message;
  const llvm::Target *target =
      llvm::TargetRegistry::lookupTarget(triple, message);
  if (!target)
    return message;
  std::unique_ptr<llvm::MCSubtargetInfo> info(
      target->createMCSubtargetInfo(triple, "", ""));
  if (!cpu.empty() && !info->isCPUStringValid(cpu))
    return ("LLVM knows no processor '" + cpu + "' for " + triple.str()).str();
  llvm::SubtargetFeatures list(features);
  for (const std::string &feature : list.getFeatures()) {
    llvm::StringRef name = llvm::SubtargetFeatures::StripFlag(feature);
    bool known = llvm::any_of(
        info->getAllProcessorFeatures(),
        [&](const llvm::SubtargetFeatureKV &f) { return name == f.Key; });
    if (!known)
      return ("LLVM knows no feature '" + name + "' for " + triple.str()).str();
  }
  return {};
}
