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

#include <array>

static void initializeTargets() {
  static bool once = [] {
    llvm::InitializeAllTargetInfos();
    llvm::InitializeAllTargetMCs();
    return true;
  }();
  (void)once;
}

/// Whether a processor lacks what the triple's architecture has: LLVM takes any
/// name and makes code of both.
static bool cannotRun(const llvm::Target &target, const llvm::Triple &triple,
                      llvm::StringRef cpu) {
  if (cpu.empty() || (!triple.isARM() && !triple.isThumb()))
    return false;
  llvm::Triple any = triple;
  any.setArchName(triple.isThumb() ? "thumb" : "arm");
  std::unique_ptr<llvm::MCSubtargetInfo> asked(
      target.createMCSubtargetInfo(triple, "", "")),
      own(target.createMCSubtargetInfo(any, cpu, ""));
  auto lacks = [&](const char *feature) {
    return asked->checkFeatures(feature) && !own->checkFeatures(feature);
  };
  bool microcontroller = asked->checkFeatures("+mclass");
  if (microcontroller != own->checkFeatures("+mclass"))
    return true;
  // The DSP extension is part of the names of microcontrollers' architectures.
  return llvm::any_of(std::array{"+v6", "+v6m", "+v7", "+v8", "+v8m",
                                 "+v8m.main", "+v8.1m.main"},
                      lacks) ||
         (microcontroller && lacks("+dsp"));
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
  if (cannotRun(*target, triple, cpu))
    return ("processor '" + cpu + "' does not run code for " + triple.str())
        .str();
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

/// What LLVM knows of a processor; null where it does not know it.
static std::unique_ptr<llvm::MCSubtargetInfo>
subtarget(const llvm::Triple &triple, llvm::StringRef cpu,
          llvm::StringRef features) {
  if (!dlc::targets::checkProcessor(triple.str(), cpu, features).empty())
    return nullptr;
  std::string message;
  const llvm::Target *target =
      llvm::TargetRegistry::lookupTarget(triple, message);
  return std::unique_ptr<llvm::MCSubtargetInfo>(
      target->createMCSubtargetInfo(triple, cpu, features));
}

bool dlc::targets::hasFeature(const TargetDescription &target,
                              llvm::StringRef feature) {
  auto info = subtarget(llvm::Triple(llvm::Triple::normalize(target.triple)),
                        target.cpu, target.features);
  return info && info->checkFeatures(("+" + feature).str());
}

bool dlc::targets::hasHalfArithmetic(llvm::StringRef tripleName,
                                     llvm::StringRef cpu,
                                     llvm::StringRef features, bool vectors) {
  llvm::Triple triple(llvm::Triple::normalize(tripleName));
  bool arm32 = triple.isARM() || triple.isThumb();
  if (!arm32 && !triple.isAArch64())
    return false;
  auto info = subtarget(triple, cpu, features);
  if (!info || !info->checkFeatures("+fullfp16"))
    return false;
  return !arm32 || !vectors || info->checkFeatures("+mve.fp");
}
