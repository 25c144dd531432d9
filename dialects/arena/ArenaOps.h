//===- ArenaOps.h - Operators of the arena dialect --------------*- C++ -*-===//

#ifndef DLC_DIALECTS_ARENA_ARENAOPS_H
#define DLC_DIALECTS_ARENA_ARENAOPS_H

#include "dialects/arena/ArenaDialect.h"
#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Interfaces/ViewLikeInterface.h"

#include "dialects/arena/ArenaEnums.h.inc"

#define GET_ATTRDEF_CLASSES
#include "dialects/arena/ArenaAttributes.h.inc"

#define GET_OP_CLASSES
#include "dialects/arena/ArenaOps.h.inc"

namespace dlc::arena {

/// Whether the type has a static shape, static strides and offset 0, and
/// integers or floats as elements.
bool isStaticAtZero(mlir::MemRefType type);

/// Bytes from the first to behind the last element of a memref of static shape
/// and strides whose offset is 0 (dialects/interfaces/StoredSize.h).
int64_t extentInBytes(mlir::MemRefType type);

} // namespace dlc::arena

#endif
