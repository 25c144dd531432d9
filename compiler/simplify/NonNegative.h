//===- NonNegative.h - Values that are known not to be negative -----------===//

#ifndef DLC_COMPILER_SIMPLIFY_NONNEGATIVE_H
#define DLC_COMPILER_SIMPLIFY_NONNEGATIVE_H

#include "mlir/IR/Value.h"

namespace dlc::simplify {

/// Whether no element of a tensor of floats can be below 0, -0 and NaN aside.
bool isNonNegative(mlir::Value value);

} // namespace dlc::simplify

#endif
