//===- MulsSparse.h - Products with what is not 0, in MULS ------*- C++ -*-===//

#ifndef DLC_CODEGEN_KERNELS_VALUES_MULSSPARSE_H
#define DLC_CODEGEN_KERNELS_VALUES_MULSSPARSE_H

#include "codegen/kernels/core/MulsAssembly.h"

namespace dlc::kernels {

/// kernel.sparse_columns of single bytes.
struct MulsSparse {
  bool signedLeft = true;
  int64_t segments = 1; // of 256 elements
  bool coded = false;   // weights are codes of 16 values
  bool shared = false;  // one factor for all columns, in front of them
  std::optional<MulsRescale> rescale;

  std::string text() const;
};

} // namespace dlc::kernels

#endif // DLC_CODEGEN_KERNELS_VALUES_MULSSPARSE_H
