//===- MlaPlanes.h - Depthwise kernels in Armv7-M's core --------*- C++ -*-===//
//
// Bodies of naked functions, as in MlaAssembly.h.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_KERNELS_CORE_MLAPLANES_H
#define DLC_CODEGEN_KERNELS_CORE_MLAPLANES_H

#include "codegen/kernels/core/ArmPlanes.h"

namespace dlc::kernels {

/// kernel.planes of bytes.
struct MlaPlanes : ArmPlanes {
  std::string text() const;
};

/// kernel.depthwise on bytes.
struct MlaDepthwise : ArmDepthwise {
  ArmRescale rescale;
  bool isSigned = true; // the left operand

  /// Why there is none, or null.
  const char *whyNot() const;
  std::string text() const;
};

} // namespace dlc::kernels

#endif // DLC_CODEGEN_KERNELS_CORE_MLAPLANES_H
