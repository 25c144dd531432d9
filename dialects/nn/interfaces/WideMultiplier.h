//===- WideMultiplier.h - Multipliers of nn.rescale of 64 bits --*- C++ -*-===//

#ifndef DLC_DIALECTS_NN_INTERFACES_WIDEMULTIPLIER_H
#define DLC_DIALECTS_NN_INTERFACES_WIDEMULTIPLIER_H

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Value.h"

namespace dlc::nn {

/// Whether the multiplier of an nn.rescale is in units of 2^-32.
inline bool isWideMultiplier(mlir::Value multiplier) {
  return mlir::cast<mlir::RankedTensorType>(multiplier.getType())
      .getElementType()
      .isInteger(64);
}

} // namespace dlc::nn

#endif
