//===- HalfRules.h - What may be computed in half precision ---------------===//

#ifndef DLC_COMPILER_PRECISION_HALFRULES_H
#define DLC_COMPILER_PRECISION_HALFRULES_H

#include "dialects/interfaces/PrecisionInterface.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Operation.h"
#include <string>

namespace dlc::precision {

/// Terms of a sum in half precision. At 2048 equal ones the next is half a
/// digit of the sum and is lost.
inline constexpr int64_t kLongestSum = 1024;

/// What the op answers; in float32 if it does not.
HalfRule ruleOf(mlir::Operation *op);

/// Why the constants that an op reads keep it in float32, as the end of a
/// sentence; empty: they do not.
std::string reasonOfConstants(mlir::Operation *op);

/// Why an op that could be computed in half is not, as the end of a sentence;
/// empty: it is.
std::string reasonAgainstHalf(mlir::Operation *op);

/// The elements rounded to nearest, ties to even.
mlir::ElementsAttr roundToHalf(mlir::ElementsAttr constant);

} // namespace dlc::precision

#endif
