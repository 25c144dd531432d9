//===- MlaAssembly.h - Integer kernels in Armv7-M's core ---------*- C++
//-*-===//
//
// Cores without the DSP extension multiply and add one product at a time (MLA).
// Each is the body of a naked function with the arguments of the op of that
// name (dialects/kernel) in r0 to r3.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_KERNELS_CORE_MLAASSEMBLY_H
#define DLC_CODEGEN_KERNELS_CORE_MLAASSEMBLY_H

#include "codegen/kernels/core/ArmColumns.h"

namespace dlc::kernels {

/// kernel.widen of bytes or halfwords to words.
struct MlaWiden {
  int64_t positions = 1;
  bool isSigned = true;
  int64_t bytes = 1; // of an element that is read

  std::string text() const;
};

/// kernel.widen_tile of bytes or halfwords to words.
struct MlaWidenTile {
  int64_t positions = 1, elements = 1; // of a position
  int64_t stride = 1;                  // bytes to the next one
  bool isSigned = true;
  int64_t bytes = 1; // of an element that is read

  std::string text() const;
};

/// kernel.columns with weights of 8 or 16 bits.
struct MlaColumns : ArmColumns {
  /// Words, those of a step's positions side by side, or bytes, those of a
  /// position side by side.
  enum class Left { Words, Bytes };

  Left left = Left::Words;
  bool signedLeft = true, halfwords = false;

  /// Why there is none, or null.
  const char *whyNot() const;
  std::string text() const;
};

/// kernel.columns with weights of 4 or 2 bits: bytes of one position, or words
/// of two to four.
struct MlaNarrowColumns : ArmColumns {
  using Left = MlaColumns::Left;

  Left left = Left::Bytes;
  bool signedLeft = true;
  int64_t bits = 4;

  /// Why there is none, or null.
  const char *whyNot() const;
  std::string text() const;
};

/// Of words.
const char *whyNoNarrowTile(const MlaNarrowColumns &kernel);
std::string narrowTile(const MlaNarrowColumns &kernel);

} // namespace dlc::kernels

#endif // DLC_CODEGEN_KERNELS_CORE_MLAASSEMBLY_H
