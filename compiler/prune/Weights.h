//===- Weights.h - The constant factors of sums -----------------*- C++ -*-===//

#ifndef DLC_COMPILER_PRUNE_WEIGHTS_H
#define DLC_COMPILER_PRUNE_WEIGHTS_H

#include "dialects/nn/Constants.h"
#include "dialects/nn/NnOps.h"

namespace dlc::prune {

/// Whether an op sums integers in an accumulator.
bool accumulates(mlir::Operation *op);

/// The bias, if any, of a convolution.
mlir::Value biasOf(mlir::Operation *op);

/// What is subtracted from the elements of the operand that an accumulator sums
/// or from those of its weights, if it is one number; 0 where there is none.
std::optional<int64_t> inputZeroPoint(mlir::Operation *op);
std::optional<int64_t> weightsZeroPoint(mlir::Operation *op);

/// Whether a constant's elements are numbers that `op` takes: f32, or of an
/// accumulator integers.
bool isReadable(mlir::Operation *op, mlir::Value constant);

/// The numbers of a constant of f32 or integers, less an integer.
class Weights {
public:
  explicit Weights(mlir::Value constant, int64_t zeroPoint = 0);
  /// Operand 1 of a convolution or product that can be read.
  static Weights of(mlir::Operation *op) {
    return Weights(op->getOperand(1), *weightsZeroPoint(op));
  }

  double at(int64_t i) const {
    return isFloat ? double(data.get<float>(i)) : double(integerAt(i) - zero);
  }
  bool isSplat() const { return data.splat; }

private:
  int64_t integerAt(int64_t i) const;

  nn::ConstantData data;
  bool isFloat, isUnsigned = false;
  unsigned width = 32;
  int64_t zero;
};

} // namespace dlc::prune

#endif
