//===- Surroundings.h - What surrounds a network --------------------------===//

#ifndef DLC_COMPILER_DRIVER_SURROUNDINGS_H
#define DLC_COMPILER_DRIVER_SURROUNDINGS_H

#include "mlir/IR/BuiltinOps.h"
#include "targets/description/TargetInfo.h"

namespace dlc::driver {

/// Nodes at the head of a model that say what a pipeline's steps say become
/// these (compiler/prepare/ImageHead.h), where this dlc can compile them for
/// the target and take less: floats are computed faster in the vectors of
/// 64-bit processors than they are looked up.
mlir::LogicalResult takeImageHeads(mlir::ModuleOp module,
                                   const targets::TargetInfo &target);

} // namespace dlc::driver

#endif
