//===- MulsPlanes.h - Depthwise kernels in Armv6-M's core --------*- C++
//-*-===//
//
// Bodies of naked functions, as in MulsAssembly.h.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_KERNELS_CORE_MULSPLANES_H
#define DLC_CODEGEN_KERNELS_CORE_MULSPLANES_H

#include "codegen/kernels/core/ArmPlanes.h"
#include "codegen/kernels/core/MulsAssembly.h"

namespace dlc::kernels {

/// kernel.planes of bytes. Signed ones are stored 128 more: loads know no sign.
struct MulsPlanes : ArmPlanes {
  bool isSigned = true;

  std::string text() const;
};

/// kernel.depthwise on such planes.
struct MulsDepthwise : ArmDepthwise {
  MulsRescale rescale;

  /// Why there is none, or null.
  const char *whyNot() const;
  std::string text() const;
};

} // namespace dlc::kernels

#endif // DLC_CODEGEN_KERNELS_CORE_MULSPLANES_H
