//===- Weights.cpp - Weights as rows of integers --------------------------===//

#include "compiler/calibrate/numbers/Weights.h"

namespace dlc::calibrate {

Rows::Rows(llvm::ArrayRef<int64_t> shape, int64_t axis) : rows(shape[axis]) {
  for (int64_t i = 0, e = static_cast<int64_t>(shape.size()); i < e; ++i)
    (i < axis ? outside : inside) *= i == axis ? 1 : shape[i];
}

/// Half of what 32 bits hold: the sum of products needs room as well.
static constexpr double kLargestBias = 1 << 30;

float leastScale(double bias, float unit) {
  // The product of the scales is a scale as well.
  return std::max(static_cast<float>(std::fabs(bias) / unit / kLargestBias),
                  kLeastScale / std::min(unit, 1.F));
}

Affine rowAffine(llvm::ArrayRef<float> row, int bits, float bias, float unit) {
  float largest = 0;
  for (float x : row)
    largest = std::max(largest, std::fabs(x));
  Affine affine = symmetric(largest, bits);
  affine.scale = std::max(affine.scale, leastScale(bias, unit));
  return affine;
}

int32_t quantisedBias(double bias, float scale) {
  return static_cast<int32_t>(std::clamp(
      std::nearbyint(bias / scale), -2 * kLargestBias, 2 * kLargestBias - 1));
}

} // namespace dlc::calibrate
