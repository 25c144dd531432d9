//===- MulsSigns.h - Products of signs in Armv6-M's core --------*- C++ -*-===//

#ifndef DLC_CODEGEN_KERNELS_VALUES_MULSSIGNS_H
#define DLC_CODEGEN_KERNELS_VALUES_MULSSIGNS_H

#include "codegen/kernels/core/MulsAssembly.h"

namespace dlc::kernels {

/// kernel.widen of bytes, whose addresses are multiples of four, to bits of
/// their signs, `masked`: and to bits of those that are not 0.
struct MulsSignWiden {
  bool masked = false, aligned = false;

  /// Why there is none, or null.
  const char *whyNot() const;
  std::string text() const;
};

/// kernel.columns of signs.
struct MulsSigns {
  bool masked = false; // there are zeros on the left
  int64_t steps = 1, unroll = 1;
  std::optional<MulsRescale> rescale;

  /// Why there is none, or null.
  const char *whyNot() const;
  std::string text() const;
};

} // namespace dlc::kernels

#endif // DLC_CODEGEN_KERNELS_VALUES_MULSSIGNS_H
