//===- PredicatedExtremes.h - Maxima and minima of MVE's vectors ----------===//

#ifndef DLC_CODEGEN_LLVM_PREDICATEDEXTREMES_H
#define DLC_CODEGEN_LLVM_PREDICATEDEXTREMES_H

#include "mlir/IR/BuiltinOps.h"

namespace dlc::llvmgen {

/// On a target with predicates for lanes (MVE): `arith.maximumf` and `minimumf`
/// of whole vectors, NaN if either operand is one, as three instructions.
void writePredicatedExtremes(mlir::ModuleOp module);

} // namespace dlc::llvmgen

#endif // DLC_CODEGEN_LLVM_PREDICATEDEXTREMES_H
