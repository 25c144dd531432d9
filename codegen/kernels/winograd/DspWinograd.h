//===- DspWinograd.h - Winograd's algorithm in the DSP extension -*- C++
//-*-===//
//
// Bodies of naked functions, as in DspAssembly.h.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_KERNELS_DSPWINOGRAD_H
#define DLC_CODEGEN_KERNELS_DSPWINOGRAD_H

#include "codegen/kernels/DspAssembly.h"

namespace dlc::kernels {

/// kernel.winograd_input of bytes to halfwords.
struct DspWinogradInput {
  int64_t channels = 4; // four at a time
  int64_t pixel = 4;    // bytes between two pixels
  bool isSigned = true;

  /// Why there is none, or null.
  const char *whyNot() const;
  std::string text() const;
};

/// kernel.winograd_columns on halfwords, in blocks of four columns.
struct DspWinogradColumns {
  int64_t channels = 4, features = 4, block = 4;
  ArmRescale rescale;

  /// Why there is none, or null.
  const char *whyNot() const;
  std::string text() const;
};

} // namespace dlc::kernels

#endif // DLC_CODEGEN_KERNELS_DSPWINOGRAD_H
