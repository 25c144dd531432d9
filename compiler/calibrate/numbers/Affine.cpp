//===- Affine.cpp - Real numbers as integers ------------------------------===//

#include "compiler/calibrate/numbers/Affine.h"

namespace dlc::calibrate {

Affine asymmetric(Range range, int bits) {
  Affine result;
  result.least = -(1 << (bits - 1));
  result.greatest = (1 << (bits - 1)) - 1;
  double steps = static_cast<double>(result.greatest) - result.least;
  double low = std::min(range.low, 0.F), high = std::max(range.high, 0.F);
  double scale = (high - low) / steps;
  if (!(scale > kLeastScale)) {
    // Numbers this small are zero; one that is not asked for means 1.
    result.scale = high > low ? kLeastScale : 1;
    return result;
  }
  result.scale = static_cast<float>(scale);
  result.zero = static_cast<int32_t>(
      std::clamp<double>(std::nearbyint(result.least - low / scale),
                         result.least, result.greatest));
  return result;
}

Affine symmetric(float largest, int bits) {
  Affine result;
  result.greatest = (1 << (bits - 1)) - 1;
  result.least = -result.greatest;
  result.scale =
      std::max(largest / static_cast<float>(result.greatest), kLeastScale);
  return result;
}

} // namespace dlc::calibrate
