//===- Origin.h - Where an integer of a shape computation comes from ------===//

#ifndef DLC_COMPILER_IMPORT_OPEN_ORIGIN_H
#define DLC_COMPILER_IMPORT_OPEN_ORIGIN_H

#include "mlir/IR/Value.h"

namespace dlc::import {

/// Element `element` of `root` and a number. Without a root, the number.
struct Origin {
  mlir::Value root;
  int64_t element = 0;
  int64_t plus = 0;

  bool isKnown() const { return !root; }
};

/// What element `element`, row-major, of an integer tensor is, followed through
/// sums with constants and ops that move elements.
Origin originOf(mlir::Value value, int64_t element);

/// `a - b`, where both come from the same.
std::optional<int64_t> differenceOf(const Origin &a, const Origin &b);

} // namespace dlc::import

#endif
