//===- MulsTables.h - Sums of signs, looked up, in low registers -*- C++
//-*-===//

#ifndef DLC_CODEGEN_KERNELS_VALUES_MULSTABLES_H
#define DLC_CODEGEN_KERNELS_VALUES_MULSTABLES_H

#include "codegen/kernels/core/MulsAssembly.h"
#include "codegen/kernels/values/TableShape.h"

namespace dlc::kernels {

/// kernel.table_columns.
struct MulsTables {
  TableShape shape;
  int64_t stride = 0; // bytes between the results of two positions
  std::optional<MulsRescale> rescale;

  /// Why there is none, or null.
  const char *whyNot() const;
  std::string text() const;
};

} // namespace dlc::kernels

#endif // DLC_CODEGEN_KERNELS_VALUES_MULSTABLES_H
