//===- TransposedConvs.h - Transposed convolutions as plain ones -*- C++ -*-==//

#ifndef DLC_COMPILER_QUANTIZE_SUMS_TRANSPOSEDCONVS_H
#define DLC_COMPILER_QUANTIZE_SUMS_TRANSPOSEDCONVS_H

#include "compiler/quantize/Stored.h"

namespace dlc::quantize {

/// A transposed convolution of quantised tensors, its filters constants, as a
/// convolution and moves:
///
///   y[s m + r] = sum over j of x[m - j] w[s j + r]
///
/// so that each of the s places r between two elements of the input is a result
/// channel of its own. Null where it is not of that kind, or has dilations.
mlir::Value splitTransposedConv(mlir::OpBuilder &builder, StoredReader &stored,
                                nn::ConvTransposeOp op);

} // namespace dlc::quantize

#endif
