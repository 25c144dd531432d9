//===- FoldBounds.h - What may be folded into weights ---------------------===//
//
// Conditions under which a scale or an offset may become part of constant
// weights. docs/decisions/folding.md has the error analysis behind them. Each
// looks at the numbers: constants that are nn ops on constants are evaluated.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_COMPILER_SIMPLIFY_FOLDBOUNDS_H
#define DLC_COMPILER_SIMPLIFY_FOLDBOUNDS_H

#include "mlir/IR/Value.h"

namespace dlc::simplify {

/// Whether a value is a constant, or will be once constants are folded.
bool isConstant(mlir::Value value);

/// Whether a constant has neither infinities nor NaNs.
bool isFinite(mlir::Value constant);

/// Weights of sums of products, [..., channels, ...].
struct SumWeights {
  mlir::Value weights;
  /// The dimension that counts the sums; -1 when two do together.
  int64_t channelDim = -1;
  /// What is added to the sums, one for each channel or one; null for none.
  mlir::Value bias;
};

/// A factor, or a divisor, for each channel or one for all.
struct ChannelScale {
  mlir::Value vector;
  bool divides = false;
};

/// sum w (x s) -> sum (w s) x, with s along dimension `dim` of the weights:
/// each product is finite and normal, or 0 because an operand is.
bool canScaleWeights(mlir::Value weights, int64_t dim, mlir::Value factors);

/// (sum w x + bias) s -> sum (w s) x + bias s: as above, and exact where the
/// sums may be.
bool canScaleSums(const SumWeights &sums, const ChannelScale &scale);

/// (sum w x + bias) + offsets -> sum w x + (bias + offsets), offsets one for
/// each channel or one for all: finite, and exact where the sums may be.
bool canAddToBias(const SumWeights &sums, mlir::Value offsets);

/// sum w (x + t) -> sum w x + (bias + sum w t), with t along dimension
/// `inputDim` of the weights: the offsets' part is small beside the bias.
bool canMoveOffsets(const SumWeights &sums, int64_t inputDim,
                    mlir::Value offsets);

} // namespace dlc::simplify

#endif
