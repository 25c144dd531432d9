//===- StageCost.h - Arithmetic of a stage --------------------------------===//

#ifndef DLC_COMPILER_DRIVER_STAGECOST_H
#define DLC_COMPILER_DRIVER_STAGECOST_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace dlc::driver {

/// Multiplications and additions of a function of nn ops: exact for
/// convolutions and products, one for each element of a result or window
/// elsewhere.
uint64_t countFlops(mlir::func::FuncOp stage);

} // namespace dlc::driver

#endif // DLC_COMPILER_DRIVER_STAGECOST_H
