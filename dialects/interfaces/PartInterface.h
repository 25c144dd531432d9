//===- PartInterface.h - What a part of a result is computed from *- C++ -*===//

#ifndef DLC_DIALECTS_INTERFACES_PARTINTERFACE_H
#define DLC_DIALECTS_INTERFACES_PARTINTERFACE_H

#include "dialects/interfaces/Box.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/OpDefinition.h"

namespace dlc {

/// The op on other operands, with a result of the part's shape. Attributes stay
/// what they are.
mlir::Operation *cloneForPart(mlir::OpBuilder &builder, mlir::Operation *op,
                              const Box &part, mlir::ValueRange operands);

} // namespace dlc

#include "dialects/interfaces/PartInterface.h.inc"

#endif
