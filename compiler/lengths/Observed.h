//===- Observed.h - How a network depends on its lengths --------*- C++ -*-===//

#ifndef DLC_COMPILER_LENGTHS_OBSERVED_H
#define DLC_COMPILER_LENGTHS_OBSERVED_H

#include "compiler/lengths/Points.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Operation.h"
#include "llvm/ADT/DenseMap.h"

namespace dlc::lengths {

inline mlir::RankedTensorType typeOf(mlir::Value value) {
  return llvm::cast<mlir::RankedTensorType>(value.getType());
}
inline int64_t rankOf(mlir::Value value) { return typeOf(value).getRank(); }
inline int64_t boundOf(mlir::Value value, int64_t axis) {
  return typeOf(value).getDimSize(axis);
}

/// What is known of the values and ops of the largest network at each point.
class Observed {
public:
  explicit Observed(const Points &points) : points(points) {}

  // Written while a point is looked at, for every value and op.
  void beginPoint() { ++seen; }
  void addValue(mlir::Value value, mlir::RankedTensorType at);
  /// `at` is null where the op does nothing at this point, and is not there.
  void addOp(mlir::Operation *op, mlir::DictionaryAttr at);
  void addConstant(mlir::Value value, mlir::ElementsAttr at);
  /// The last point is the largest network itself.
  void finish();

  // Read when all points have been seen.
  bool varies(mlir::Value value) const;
  bool varies(mlir::Value value, int64_t axis) const;
  int64_t sizeAt(mlir::Value value, int64_t axis, size_t point) const;
  PerPoint sizes(mlir::Value value, int64_t axis) const;
  /// Of an op that has other attributes at some points: those of each. None:
  /// they are the same everywhere.
  llvm::ArrayRef<mlir::DictionaryAttr> attributes(mlir::Operation *op) const;
  /// Of a constant that is more than the first elements of the largest one:
  /// that of each point, null where it is those.
  llvm::ArrayRef<mlir::ElementsAttr> constants(mlir::Value value) const;

  /// `made` stands for `value` from now on.
  void copy(mlir::Value value, mlir::Value made);

  const Points &points;

private:
  using Sizes = llvm::SmallVector<PerPoint, 4>;

  /// Sizes along axes that vary; none along the others. Never gone through in
  /// their order.
  llvm::DenseMap<mlir::Value, Sizes> values;
  llvm::DenseMap<mlir::Operation *, std::vector<mlir::DictionaryAttr>> ops;
  llvm::DenseMap<mlir::Value, std::vector<mlir::ElementsAttr>> known;
  size_t seen = 0;
};

} // namespace dlc::lengths

#endif // DLC_COMPILER_LENGTHS_OBSERVED_H
