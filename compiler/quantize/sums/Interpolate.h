//===- Interpolate.h - Interpolation of stored integers ---------*- C++ -*-===//
//
// Where an element of a resized tensor lies between others is a fraction of
// its position and the scale, and so are the weights of these: over a common
// denominator a sum of integers with integer weights.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_COMPILER_QUANTIZE_SUMS_INTERPOLATE_H
#define DLC_COMPILER_QUANTIZE_SUMS_INTERPOLATE_H

#include "compiler/quantize/sums/Linear.h"

namespace dlc::quantize {

/// A linear or cubic nn.resize; nullopt where its weights have no common
/// denominator with which sums fit into 61 bits.
std::optional<Term> accumulate(mlir::OpBuilder &builder, nn::ResizeOp resize,
                               const Stored &input);

} // namespace dlc::quantize

#endif
