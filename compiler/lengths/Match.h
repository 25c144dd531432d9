//===- Match.h - The same network at another point --------------*- C++ -*-===//

#ifndef DLC_COMPILER_LENGTHS_MATCH_H
#define DLC_COMPILER_LENGTHS_MATCH_H

#include "compiler/lengths/Observed.h"
#include "mlir/IR/BuiltinOps.h"

namespace dlc::lengths {

/// Finds for each op and value of `largest` what it is in `at`, which has been
/// imported for another point, and notes it in `observed`. Ops of either whose
/// operands are constants may become their results. Fails with a diagnostic
/// where the two networks do not consist of the same ops.
mlir::LogicalResult match(mlir::ModuleOp largest, mlir::ModuleOp at,
                          size_t point, Observed &observed);

} // namespace dlc::lengths

#endif // DLC_COMPILER_LENGTHS_MATCH_H
