//===- StageCost.h - Arithmetic of a stage --------------------------------===//

#ifndef DLC_COMPILER_DRIVER_STAGECOST_H
#define DLC_COMPILER_DRIVER_STAGECOST_H

#include "mlir/IR/BuiltinOps.h"

namespace dlc::driver {

/// What markCosts leaves on a stage, whatever it is lowered to.
inline constexpr llvm::StringLiteral flopsAttrName = "nn.flops";
inline constexpr llvm::StringLiteral macsAttrName = "nn.macs";

/// Marks each function of nn ops with its multiplications and additions: exact
/// for convolutions and products, one for each element of a result or window
/// elsewhere; and with the multiply-accumulates of convolutions and products.
void markCosts(mlir::ModuleOp module);

} // namespace dlc::driver

#endif // DLC_COMPILER_DRIVER_STAGECOST_H
