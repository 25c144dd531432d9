//===- HalfRules.h - What may be computed in half precision ---------------===//

#ifndef DLC_COMPILER_PRECISION_HALFRULES_H
#define DLC_COMPILER_PRECISION_HALFRULES_H

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Operation.h"
#include <string>

namespace dlc::precision {

/// Terms of a sum in half precision. At 2048 equal ones the next is half a
/// digit of the sum and is lost.
inline constexpr int64_t kLongestSum = 1024;

enum class Rule {
  Half,   ///< in half, whatever the operands are
  Follow, ///< as the operands are
  Float   ///< in float32
};

Rule ruleOf(mlir::Operation *op);

/// Why the constants that an op reads keep it in float32, as the end of a
/// sentence; empty: they do not.
std::string reasonOfConstants(mlir::Operation *op);

/// Products that each element of the result is a sum of; 0: it is none.
int64_t sumLength(mlir::Operation *op);

/// Why an op that could be computed in half is not, as the end of a sentence;
/// empty: it is.
std::string reasonAgainstHalf(mlir::Operation *op);

/// The elements rounded to nearest, ties to even.
mlir::ElementsAttr roundToHalf(mlir::ElementsAttr constant);

} // namespace dlc::precision

#endif
