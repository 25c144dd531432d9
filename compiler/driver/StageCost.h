//===- StageCost.h - Arithmetic of a stage --------------------------------===//

#ifndef DLC_COMPILER_DRIVER_STAGECOST_H
#define DLC_COMPILER_DRIVER_STAGECOST_H

#include "mlir/IR/BuiltinOps.h"

namespace dlc::driver {

/// What markCosts leaves on a stage, whatever it is lowered to.
inline constexpr llvm::StringLiteral flopsAttrName = "nn.flops";
inline constexpr llvm::StringLiteral macsAttrName = "nn.macs";

/// Marks each function with what its ops answer (CostOpInterface): their
/// multiply-accumulates, and all operations, a multiply-accumulate being two.
void markCosts(mlir::ModuleOp module);

} // namespace dlc::driver

#endif // DLC_COMPILER_DRIVER_STAGECOST_H
