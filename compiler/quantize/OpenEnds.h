//===- OpenEnds.h - Sums of integers that stay real numbers -----*- C++ -*-===//

#ifndef DLC_COMPILER_QUANTIZE_OPENENDS_H
#define DLC_COMPILER_QUANTIZE_OPENENDS_H

#include "compiler/quantize/sums/Linear.h"

namespace dlc::quantize {

/// The real numbers of a convolution or product of quantised tensors that
/// nothing quantises again: sums of integers, dequantised. Null where `op` is
/// none.
mlir::Value dequantiseSums(mlir::OpBuilder &builder, LinearReader &linear,
                           mlir::Operation *op);

} // namespace dlc::quantize

#endif
