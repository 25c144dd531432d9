//===- MlaPlanes.h - Depthwise kernels in Armv7-M's core ---------*- C++
//-*-===//
//
// Bodies of naked functions, as in MlaAssembly.h.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_KERNELS_CORE_MLAPLANES_H
#define DLC_CODEGEN_KERNELS_CORE_MLAPLANES_H

#include "codegen/kernels/core/ArmColumns.h"

namespace dlc::kernels {

/// kernel.planes of bytes.
struct MlaPlanes {
  int64_t pixels = 1;
  int64_t stride = 4; // bytes between two pixels
  int64_t plane = 4;  // bytes between two planes
  bool odd = false;   // the first element is the second half of a halfword

  std::string text() const;
};

/// kernel.depthwise on bytes.
struct MlaDepthwise {
  int64_t rows = 1, columns = 1; // of results
  int64_t taps = 3;              // rows of the window
  int64_t rowStep = 1, columnStep = 1;
  int64_t row = 4, plane = 4;        // bytes of the left operand
  int64_t stride = 4, resultRow = 4; // bytes between results, and rows
  bool isSigned = true;              // the left operand
  ArmRescale rescale;

  /// Why there is none, or null.
  const char *whyNot() const;
  std::string text() const;
};

} // namespace dlc::kernels

#endif // DLC_CODEGEN_KERNELS_CORE_MLAPLANES_H
