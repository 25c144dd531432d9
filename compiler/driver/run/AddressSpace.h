//===- AddressSpace.h - Networks larger than any memory ---------*- C++ -*-===//

#ifndef DLC_COMPILER_DRIVER_ADDRESSSPACE_H
#define DLC_COMPILER_DRIVER_ADDRESSSPACE_H

#include "mlir/IR/BuiltinOps.h"

namespace dlc::driver {

/// Fails, with an error that names the node, if a value of the network has more
/// bytes than a pointer of the target can go over.
mlir::LogicalResult checkValuesFit(mlir::ModuleOp network, unsigned indexBits);

/// The same for the arena.
mlir::LogicalResult checkArenaFits(mlir::ModuleOp network, uint64_t arenaBytes,
                                   unsigned indexBits);

/// Bytes of all values of the network's main function together.
uint64_t bytesOfValues(mlir::ModuleOp network);

} // namespace dlc::driver

#endif // DLC_COMPILER_DRIVER_ADDRESSSPACE_H
