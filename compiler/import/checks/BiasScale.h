//===- BiasScale.h - The units of a quantised bias ------------------------===//

#ifndef DLC_COMPILER_IMPORT_CHECKS_BIASSCALE_H
#define DLC_COMPILER_IMPORT_CHECKS_BIASSCALE_H

#include "compiler/import/Node.h"

namespace dlc::import {

/// Warns where the integers of `bias` are not in units of input scale * weight
/// scale, as far as all three are dequantised with scales that are known. There
/// QLinearConv and what runtimes make of such a node would read another bias.
void warnOfBiasScale(Node &n, mlir::Value input, mlir::Value weights,
                     mlir::Value bias);

} // namespace dlc::import

#endif
