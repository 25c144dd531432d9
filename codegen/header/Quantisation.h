//===- Quantisation.h - What integers at a network's edge mean -*- C++ -*-===//

#ifndef DLC_CODEGEN_HEADER_QUANTISATION_H
#define DLC_CODEGEN_HEADER_QUANTISATION_H

#include "mlir/IR/Value.h"

#include <optional>

namespace dlc::header {

/// Of a tensor of integers, one for all of its elements:
/// real value = scale * (stored value - zeroPoint). The scale is finite.
struct Quantisation {
  float scale = 1;
  int32_t zeroPoint = 0;

  bool operator==(const Quantisation &other) const {
    return scale == other.scale && zeroPoint == other.zeroPoint;
  }
};

/// The quantisation of an input, or of an output, of a network that passes have
/// not touched: they move and fold the operators that say it. Of an input it is
/// what every nn.dequantize of it, of an output what every nn.quantize that
/// makes it agrees on, through operators that only move elements (or choose
/// among them, like a maximum). An output that is none's result has what is
/// read of it. There is none if there is no such operator, if they do not
/// agree, if scales differ along an axis or are not known, and for floats.
std::optional<Quantisation> quantisationOfInput(mlir::Value input);
std::optional<Quantisation> quantisationOfOutput(mlir::Value output);

} // namespace dlc::header

#endif // DLC_CODEGEN_HEADER_QUANTISATION_H
