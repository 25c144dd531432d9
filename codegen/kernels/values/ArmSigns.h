//===- ArmSigns.h - Products of signs in core registers ---------*- C++ -*-===//
//
// kernel.widen and kernel.columns of signs on Arm cores with three operands: in
// the core of Armv7-M, and in the DSP extension, which sums up bytes.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_KERNELS_VALUES_ARMSIGNS_H
#define DLC_CODEGEN_KERNELS_VALUES_ARMSIGNS_H

#include "codegen/kernels/core/ArmColumns.h"

namespace dlc::kernels {

/// kernel.widen of bytes to bits of their signs, `masked`: and to bits of those
/// that are not 0.
struct ArmSignWiden {
  bool masked = false, aligned = false;

  std::string text() const;
};

/// kernel.columns of signs.
struct ArmSigns : ArmColumns {
  bool masked = false;   // there are zeros on the left
  bool sumsBytes = true; // USAD8

  /// Why there is none, or null.
  const char *whyNot() const;
  std::string text() const;
};

} // namespace dlc::kernels

#endif // DLC_CODEGEN_KERNELS_VALUES_ARMSIGNS_H
