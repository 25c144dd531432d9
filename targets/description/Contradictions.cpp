//===- Contradictions.cpp - What a target's description cannot say --------===//

#include "targets/description/Contradictions.h"

#include "llvm/TargetParser/Triple.h"

using namespace dlc::targets;

/// The set of kernels that LLVM knows the processor to have.
static KernelSet kernelsOf(const TargetDescription &t,
                           const llvm::Triple &triple) {
  if (triple.isAArch64())
    return hasFeature(t, "neon") ? KernelSet::Neon : KernelSet::None;
  if (!triple.isARM() && !triple.isThumb())
    return KernelSet::None;
  if (t.vectorBits)
    return hasFeature(t, "mve.fp") ? KernelSet::Mve : KernelSet::None;
  return !hasFeature(t, "vfp2sp") ? KernelSet::None
         : t.fma                  ? KernelSet::Vfpv4
                                  : KernelSet::Vfpv2;
}

/// Why there are no such kernels on this machine, or empty.
static std::string checkKernels(const TargetDescription &t,
                                const llvm::Triple &triple) {
  auto needs = [&](bool fits, llvm::StringRef machine) {
    return fits ? std::string()
                : ("kernels: " + toString(t.kernels) + " is for " + machine)
                      .str();
  };
  bool present = kernelsOf(t, triple) == t.kernels;
  unsigned n = t.loadMultiple;
  switch (t.kernels) {
  case KernelSet::None:
    return n ? "load-multiple is for kernels, and the processor has none of "
               "vfpv2, vfpv4 (32-bit Arm with scalar arithmetic), mve (32-bit "
               "Arm with vectors) and neon (AArch64)"
             : "";
  case KernelSet::Vfpv2:
  case KernelSet::Vfpv4:
    return needs(present && t.vectorRegisters == 32 && n <= 8,
                 "32-bit Arm with scalar arithmetic, 32 float registers and "
                 "load-multiple of at most 8");
  case KernelSet::Mve:
    return needs(present && t.scalarFactor == ScalarFactor::Core &&
                     t.vectorBits == 128 && t.vectorRegisters == 8 && n <= 8,
                 "32-bit Arm with scalar-factor: core, 8 vectors of 128 bits "
                 "and load-multiple of at most 8");
  case KernelSet::Neon:
    return needs(present && t.scalarFactor == ScalarFactor::Lane &&
                     t.vectorBits == 128 && t.vectorRegisters == 32 &&
                     n % 4 == 0,
                 "AArch64 with scalar-factor: lane, 32 vectors of 128 bits and "
                 "load-multiple of a multiple of 4");
  }
  return {};
}

Contradiction dlc::targets::findContradiction(TargetDescription &t) {
  if (t.fma && !t.fpu)
    return {"fma", "fma needs fpu"};
  if (t.fp16 && !t.fpu && t.inherits.empty())
    return {"fp16", "fp16 needs fpu"};
  if (t.vectorBits && !t.fpu)
    return {"vector-bits", "vector-bits needs fpu"};
  if (t.scalarFactor != ScalarFactor::Vector && !t.vectorBits)
    return {"scalar-factor", "scalar-factor needs vector-bits"};
  if (t.predication && !t.vectorBits)
    return {"predication", "predication needs vector-bits"};
  if (!t.fpu) // inherited, from a core whose unit is left alone
    t.leaveFpuAlone();
  llvm::Triple triple(llvm::Triple::normalize(t.triple));
  if (triple.isArch64Bit() != (t.indexBits == 64))
    return {"index-bits",
            "index-bits does not fit the architecture of the triple"};
  // What is inherited may not fit what is named here.
  if (std::string unknown = checkProcessor(t.triple, t.cpu, t.features);
      !unknown.empty())
    return {"cpu", unknown};
  if (t.fp16 &&
      !hasHalfArithmetic(t.triple, t.cpu, t.features, t.vectorBits != 0))
    return {"fp16", "fp16: LLVM knows no arithmetic on halves of " + t.cpu};
  if (t.loadMultiple == 0)
    t.kernels = KernelSet::None;
  else if (t.kernels == KernelSet::None || t.hasScalarKernels())
    t.kernels = kernelsOf(t, triple); // as `fma` is asked for
  if (std::string reason = checkKernels(t, triple); !reason.empty())
    return {"load-multiple", reason};
  if (t.preservedRegisters > t.coreRegisters)
    return {"preserved-registers",
            "preserved-registers must be at most core-registers"};
  return {};
}
