//===- Rules.h - What an op needs to be right for all lengths ---*- C++ -*-===//
//
// Before a rule, each operand holds for each point what the network of that
// point has, as its first elements along each dimension, and anything behind
// them; after it the results do. A rule is for an op that differs between the
// points; others are right as they are.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_COMPILER_LENGTHS_RULES_H
#define DLC_COMPILER_LENGTHS_RULES_H

#include "compiler/lengths/RunTime.h"

namespace dlc::lengths {

/// What rules look at and build with.
struct Rules {
  Observed &observed;
  RunTime &run;
  const Points &points;

  /// The ops of a block that rules are for, in their order.
  static llvm::SmallVector<mlir::Operation *> opsOf(mlir::Block &block);
  mlir::LogicalResult apply(llvm::ArrayRef<mlir::Operation *> ops);

  // Families of ops; nullopt for an op of another one.
  std::optional<mlir::LogicalResult> applyMove(mlir::Operation *op);
  std::optional<mlir::LogicalResult> applyWindow(mlir::Operation *op);
  std::optional<mlir::LogicalResult> applyLoop(mlir::Operation *op);

  /// An error: `what` is the reason, after "... is known when the network runs,
  /// and".
  mlir::LogicalResult refuse(mlir::Operation *op, const llvm::Twine &what);
  /// "[1, seq, 16]"
  std::string shapeText(mlir::Value value) const;

  /// Operand `number` gets what changes nothing behind its sizes along `axes`.
  void mask(mlir::Operation *op, unsigned number, llvm::ArrayRef<int64_t> axes,
            Neutral kind);
  /// `made` takes the place of an op's result.
  void replace(mlir::Value result, mlir::Value made);

  /// Whether an op has the same attributes at all points, but for `other`.
  bool isSame(mlir::Operation *op,
              llvm::ArrayRef<llvm::StringRef> other = {}) const;
  /// Integers of an attribute at a point; none where the op does nothing there.
  std::optional<llvm::ArrayRef<int64_t>>
  integersAt(mlir::Operation *op, llvm::StringRef name, size_t point) const;
  bool varies(mlir::Value value, int64_t axis) const {
    return observed.varies(value, axis);
  }

  /// `x`, whose elements lie densely in the first ones of its memory, as a
  /// tensor with its sizes from those of `like`.
  mlir::Value unpacked(mlir::Value x, mlir::Value like);
  /// `x` with its elements densely in the first of its memory.
  mlir::Value packed(mlir::Value x);
  /// Whether they lie there in any case.
  bool isDense(mlir::Value x) const;

private:
  mlir::LogicalResult apply(mlir::Operation *op);
  mlir::LogicalResult bringConstants(mlir::Operation *op);
  mlir::LogicalResult applyElementwise(mlir::Operation *op);
  std::optional<mlir::LogicalResult> applySum(mlir::Operation *op);
  bool broadcasts(mlir::ValueRange operands, mlir::Value result,
                  int64_t except = 0) const;
};

} // namespace dlc::lengths

#endif // DLC_COMPILER_LENGTHS_RULES_H
