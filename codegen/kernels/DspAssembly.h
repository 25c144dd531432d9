//===- DspAssembly.h - Integer kernels in the DSP extension -----*- C++ -*-===//
//
// Arm cores that multiply and add up two pairs of halfwords at a time (SMLAD):
// Armv6, Armv7E-M, Armv8-M with the DSP extension. The text is the same in A32
// and T32. Each is the body of a naked function with the arguments of the op of
// that name (dialects/kernel) in r0 to r3.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_KERNELS_DSPASSEMBLY_H
#define DLC_CODEGEN_KERNELS_DSPASSEMBLY_H

#include "codegen/kernels/core/ArmColumns.h"

namespace dlc::kernels {

/// kernel.copy of rows of so many bytes.
std::string dspCopy(int64_t bytes);

/// kernel.fill with a byte.
std::string dspFill(int64_t value);

/// kernel.widen of bytes to halfwords, or of halfwords. Combined bytes and
/// halfwords without a sign become signed, 128 or 2^15 less.
struct DspWiden {
  int64_t positions = 1;
  bool isSigned = true, combined = false, aligned = false;
  bool halfwords = false; // are read

  int64_t groupBytes() const { return halfwords ? 8 : 4; }

  std::string text() const;
};

/// The same of kernel.widen_tile.
struct DspWidenTile {
  DspWiden each;
  int64_t groups = 1, stride = 4; // of a position; bytes to the next one

  std::string text() const;
};

/// kernel.columns on halfwords, or on the bytes of one position as they lie.
struct DspColumns : ArmColumns {
  /// Weights in the right operand: bytes, bytes of which two at a time are one
  /// number (kernel.columns), halfwords.
  enum class Weights { Bytes, Combined, Halfwords };

  Weights weights = Weights::Bytes;
  bool bytes = false, signedLeft = true; // the left operand

  /// Why there is none, or null.
  const char *whyNot() const;
  std::string text() const;
};

/// kernel.columns with weights of 4 or 2 bits.
struct DspNarrowColumns : ArmColumns {
  int64_t bits = 4;

  /// Why there is none, or null.
  const char *whyNot() const;
  std::string text() const;
};

} // namespace dlc::kernels

#endif // DLC_CODEGEN_KERNELS_DSPASSEMBLY_H
