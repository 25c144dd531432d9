//===- Combination.h - What joins the steps of a reduction ------*- C++ -*-===//

#ifndef DLC_CODEGEN_LOOPS_COMBINATION_H
#define DLC_CODEGEN_LOOPS_COMBINATION_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace dlc::loops {

/// The operation that takes a step into the result, which has to be the only
/// one that sees the result so far; null if there is none that can be done in
/// any order.
mlir::Operation *combinationOf(mlir::linalg::GenericOp root);

/// What leaves a result of the combination as it is.
mlir::TypedAttr neutralOf(mlir::Operation *combination);

} // namespace dlc::loops

#endif
