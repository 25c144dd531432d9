//===- Linear.h - Real numbers as sums of integers --------------*- C++ -*-===//
//
// What convolutions, products, sums, means and additions of quantised tensors
// are before they are quantised: exact integers, each times a real factor, and
// an offset.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_COMPILER_QUANTIZE_SUMS_LINEAR_H
#define DLC_COMPILER_QUANTIZE_SUMS_LINEAR_H

#include "compiler/quantize/Stored.h"

namespace dlc::quantize {

/// factor * (integer - origin)
struct Term {
  mlir::Value integers;
  Spread<Fraction> factor;
  Spread<int64_t> origin;
  Spread<Reach> reach; // of the integers
  /// These are sums, to which an integer can be added, and not stored integers.
  bool isAccumulator = false;
};

/// The sum of the terms and the offset.
struct Linear {
  llvm::SmallVector<Term, 2> terms;
  Spread<Fraction> offset;
};

/// Finds the sums behind real numbers. The ops that compute their integers are
/// made where they are asked for.
class LinearReader {
public:
  LinearReader(mlir::OpBuilder &builder, StoredReader &stored)
      : builder(builder), stored(stored) {}

  std::optional<Linear> read(mlir::Value value);

private:
  std::optional<Linear> readOp(mlir::Operation *op);
  /// A constant's numbers, whether or not integers stand for them.
  std::optional<Spread<Fraction>> readConstant(mlir::Value value);
  std::optional<Linear> readConv(mlir::Operation *op);
  std::optional<Linear> readMatmul(mlir::Operation *op);
  std::optional<Linear> readSum(mlir::Operation *op);
  std::optional<Linear> readProduct(mlir::Operation *op);
  std::optional<Linear> readPool(mlir::Operation *op);
  std::optional<Linear> readReduce(mlir::Operation *op);
  std::optional<Linear> readResize(nn::ResizeOp resize);

  mlir::OpBuilder &builder;
  StoredReader &stored;
  llvm::DenseMap<mlir::Value, std::optional<Linear>> known;
  unsigned depth = 0;
};

/// factor * (integer - origin + count) ...: a linear value times a constant.
std::optional<Linear> scaled(Linear linear, const Spread<Fraction> &by);
/// The sum of two.
std::optional<Linear> summed(Linear a, const Linear &b);

} // namespace dlc::quantize

#endif
