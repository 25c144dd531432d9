//===- Thresholds.h - Steps of sums as rescales -------------------*- C++
//-*-===//

#ifndef DLC_COMPILER_QUANTIZE_SIGNS_THRESHOLDS_H
#define DLC_COMPILER_QUANTIZE_SIGNS_THRESHOLDS_H

#include "compiler/quantize/sums/Linear.h"

namespace dlc::quantize {

/// `integers`, which are steps of what is computed from integers, as an
/// nn.rescale of the accumulators: batch norm and sign are one comparison with
/// an integer. Null where they are not, or fall as the sum grows.
mlir::Value compareSums(mlir::OpBuilder &builder, LinearReader &linear,
                        mlir::Value integers);

} // namespace dlc::quantize

#endif
