//===- Bounds.h - Sizes that a network computes -----------------*- C++ -*-===//
//
// A tensor whose size along an axis depends on values has the largest possible
// one in its type, and a count: how many of its first elements along the axis
// are meant. What is behind them is not.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_COMPILER_IMPORT_BOUNDS_H
#define DLC_COMPILER_IMPORT_BOUNDS_H

#include "mlir/IR/Block.h"
#include "llvm/ADT/DenseMap.h"
#include <optional>

namespace dlc::import {

struct Bound {
  int64_t axis;
  mlir::Value count; // one i32, without dimensions

  bool operator==(const Bound &other) const {
    return axis == other.axis && count == other.count;
  }
};

/// Which values have one.
class Bounds {
public:
  std::optional<Bound> of(mlir::Value value) const;
  void set(mlir::Value value, Bound bound) { bounds[value] = bound; }

  /// Gives the results of ops from `first` on to the end of its block theirs.
  /// Returns an op that takes a bounded operand otherwise than element by
  /// element along its axis, which does not say what its result is.
  mlir::Operation *follow(mlir::Block::iterator first,
                          mlir::Block::iterator end);

private:
  bool follow(mlir::Operation *op);

  /// Never gone through in its order.
  llvm::DenseMap<mlir::Value, Bound> bounds;
};

} // namespace dlc::import

#endif
