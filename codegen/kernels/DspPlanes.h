//===- DspPlanes.h - Depthwise kernels in the DSP extension -----*- C++ -*-===//
//
// Bodies of naked functions, as in DspAssembly.h.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_KERNELS_DSPPLANES_H
#define DLC_CODEGEN_KERNELS_DSPPLANES_H

#include "codegen/kernels/core/ArmPlanes.h"

namespace dlc::kernels {

/// kernel.planes: bytes or halfwords to halfwords; the latter, without a sign,
/// become signed, 2^15 less.
struct DspPlanes : ArmPlanes {
  bool isSigned = true, halfwords = false;

  /// Why there is none, or null.
  const char *whyNot() const;
  std::string text() const;
};

/// kernel.depthwise on halfwords.
struct DspDepthwise : ArmDepthwise {
  ArmRescale rescale;
  /// Why there is none, or null.
  const char *whyNot() const;
  std::string text() const;
};

} // namespace dlc::kernels

#endif // DLC_CODEGEN_KERNELS_DSPPLANES_H
