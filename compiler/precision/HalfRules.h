//===- HalfRules.h - What may be computed in half precision ---------------===//

#ifndef DLC_COMPILER_PRECISION_HALFRULES_H
#define DLC_COMPILER_PRECISION_HALFRULES_H

#include "dialects/interfaces/HalfSums.h"
#include "dialects/interfaces/PrecisionInterface.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Operation.h"
#include <string>

namespace dlc::precision {

/// What the op answers; in float32 if it does not.
HalfRule ruleOf(mlir::Operation *op);

/// Why the constants that an op reads keep it in float32, as the end of a
/// sentence; empty: they do not.
std::string reasonOfConstants(mlir::Operation *op);

/// Why an op that could be computed in half is not, as the end of a sentence;
/// empty: it is. `wideSums`: sums of products may be of any length, because the
/// longer ones are added up in float32.
std::string reasonAgainstHalf(mlir::Operation *op, bool wideSums);

/// Whether the target's kernels add long sums of halves up in float32, so that
/// products need not be cut for them.
bool hasWideSums(mlir::ModuleOp module);

/// The elements rounded to nearest, ties to even.
mlir::ElementsAttr roundToHalf(mlir::ElementsAttr constant);

} // namespace dlc::precision

#endif
