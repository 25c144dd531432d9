//===- ArmCoded.h - Products with weights that are codes ---------*- C++
//-*-===//
//
// kernel.code_table and kernel.coded_columns on Arm cores with three operands:
// in the core of Armv7-M, or of four weights at a time in the DSP extension.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_KERNELS_VALUES_ARMCODED_H
#define DLC_CODEGEN_KERNELS_VALUES_ARMCODED_H

#include "codegen/kernels/core/ArmColumns.h"

namespace dlc::kernels {

/// kernel.code_table: words of two halfwords, or of numbers 24 bits apart.
std::string armCodeTable(bool halfwords);

/// kernel.coded_columns of halfwords.
struct DspCoded : ArmColumns {
  /// Why there is none, or null.
  const char *whyNot() const;
  std::string text() const;
};

/// kernel.coded_columns of words, or of the bytes of one position.
struct MlaCoded : ArmColumns {
  bool words = true, signedLeft = true;

  /// Why there is none, or null.
  const char *whyNot() const;
  std::string text() const;
};

} // namespace dlc::kernels

#endif // DLC_CODEGEN_KERNELS_VALUES_ARMCODED_H
