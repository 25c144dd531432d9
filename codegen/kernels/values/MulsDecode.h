//===- MulsDecode.h - Prefix codes become bytes, in Armv6-M -----*- C++ -*-===//

#ifndef DLC_CODEGEN_KERNELS_VALUES_MULSDECODE_H
#define DLC_CODEGEN_KERNELS_VALUES_MULSDECODE_H

#include <cstdint>
#include <string>

namespace dlc::kernels {

/// kernel.decode: as PanelDecoder.cpp, in the eight low registers that it needs
/// all of.
struct MulsDecode {
  int64_t bits = 9;

  std::string text() const;
};

} // namespace dlc::kernels

#endif // DLC_CODEGEN_KERNELS_VALUES_MULSDECODE_H
