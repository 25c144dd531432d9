//===- Requantise.h - From sums to stored integers --------------*- C++ -*-===//

#ifndef DLC_COMPILER_QUANTIZE_REQUANTISE_H
#define DLC_COMPILER_QUANTIZE_REQUANTISE_H

#include "compiler/quantize/sums/Linear.h"

namespace dlc::quantize {

/// What real numbers are quantised to: clamp(round_half_even(x / scale) +
/// zeroPoint).
struct Target {
  Spread<Fraction> scale;
  int64_t zeroPoint = 0;
  mlir::IntegerType storage;
  Reach clamp;

  /// What one number becomes; `scale` is one.
  int64_t operator()(const Fraction &x) const;
};

/// The target of an nn.quantize, if its parameters are constants, the scale
/// positive and the zero point one; a channel may have a scale of its own.
std::optional<Target> targetOf(nn::QuantizeOp op);

/// The linear value quantised, in integers that are proved to be the
/// definition's; null where none were found.
mlir::Value requantise(mlir::OpBuilder &builder, mlir::Location loc,
                       const Linear &linear, const Target &target);

} // namespace dlc::quantize

#endif
