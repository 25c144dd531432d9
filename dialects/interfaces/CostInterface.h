//===- CostInterface.h - How much arithmetic an op is -----------*- C++ -*-===//

#ifndef DLC_DIALECTS_INTERFACES_COSTINTERFACE_H
#define DLC_DIALECTS_INTERFACES_COSTINTERFACE_H

#include "mlir/IR/OpDefinition.h"

#include "dialects/interfaces/CostInterface.h.inc"

namespace dlc {

/// What the op answers, for so many elements of its first result; 0 when it
/// has no answer.
int64_t sumLengthOf(mlir::Operation *op);
int64_t multiplyAccumulatesOf(mlir::Operation *op, int64_t elements);
int64_t otherOperationsOf(mlir::Operation *op, int64_t elements);

/// The same for all elements.
int64_t multiplyAccumulatesOf(mlir::Operation *op);
int64_t otherOperationsOf(mlir::Operation *op);

} // namespace dlc

#endif
