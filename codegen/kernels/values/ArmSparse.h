//===- ArmSparse.h - Products with what is not 0 of columns -----*- C++ -*-===//
//
// kernel.sparse_columns on Arm cores with three operands: of bytes in the core,
// or of four weights at a time in the DSP extension.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_KERNELS_VALUES_ARMSPARSE_H
#define DLC_CODEGEN_KERNELS_VALUES_ARMSPARSE_H

#include "codegen/kernels/core/ArmColumns.h"

namespace dlc::kernels {

struct ArmSparse : ArmColumns {
  int64_t group = 1;         // 4: halfwords on the left, as SMLAD takes them
  bool signedLeft = true;    // of bytes
  bool highWordAdds = false; // SMMLA
  int64_t segments = 1;      // of 256 groups
  bool coded = false;        // weights are codes of 16 values

  /// Why there is none, or null.
  const char *whyNot() const;
  std::string text() const;
};

} // namespace dlc::kernels

#endif // DLC_CODEGEN_KERNELS_VALUES_ARMSPARSE_H
