//===- Quotient.h - Sums divided by large denominators ----------*- C++ -*-===//

#ifndef DLC_COMPILER_QUANTIZE_SUMS_QUOTIENT_H
#define DLC_COMPILER_QUANTIZE_SUMS_QUOTIENT_H

#include "compiler/quantize/Requantise.h"

namespace dlc::quantize {

/// clamp(round_half_even(factor * (sums - origin)) + zero point) of sums of 64
/// bits for which no nn.rescale is proved, since it would have to tell one of
/// some 2^50 sums from the next: a quotient that is right or one too small, and
/// its remainder, which is exact. Null where the remainder does not fit into 64
/// bits.
mlir::Value roundQuotient(mlir::OpBuilder &builder, mlir::Location loc,
                          const Term &term, const Fraction &factor,
                          const Target &target);

} // namespace dlc::quantize

#endif
