//===- ArmTables.h - Sums of signs, looked up -------------------*- C++ -*-===//
//
// kernel.table_columns on Arm cores with three operands.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_KERNELS_VALUES_ARMTABLES_H
#define DLC_CODEGEN_KERNELS_VALUES_ARMTABLES_H

#include "codegen/kernels/core/ArmColumns.h"
#include "codegen/kernels/values/TableShape.h"

namespace dlc::kernels {

struct ArmTables : ArmColumns {
  TableShape shape;
  bool highWordAdds = false; // SMMLA

  /// Why there is none, or null.
  const char *whyNot() const;
  std::string text() const;
};

} // namespace dlc::kernels

#endif // DLC_CODEGEN_KERNELS_VALUES_ARMTABLES_H
