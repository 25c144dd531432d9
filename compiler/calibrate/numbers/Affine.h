//===- Affine.h - Real numbers as integers ----------------------*- C++ -*-===//

#ifndef DLC_COMPILER_CALIBRATE_NUMBERS_AFFINE_H
#define DLC_COMPILER_CALIBRATE_NUMBERS_AFFINE_H

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace dlc::calibrate {

/// Real numbers that a tensor takes. Zero is among them: padding is.
struct Range {
  float low = 0, high = 0;

  void include(float x) {
    low = std::min(low, x);
    high = std::max(high, x);
  }
  void include(const Range &other) {
    include(other.low);
    include(other.high);
  }
  float largest() const { return std::max(-low, high); }
};

/// x is stored as clamp(round_half_even(x / scale) + zero), as ONNX's
/// QuantizeLinear has it.
struct Affine {
  float scale = 1;
  int32_t zero = 0;
  int32_t least = -128, greatest = 127;

  int32_t quantise(float x) const {
    float whole = std::nearbyint(x / scale) + static_cast<float>(zero);
    return static_cast<int32_t>(std::clamp(whole, static_cast<float>(least),
                                           static_cast<float>(greatest)));
  }
  float dequantise(int32_t q) const {
    return static_cast<float>(q - zero) * scale;
  }
  /// What is left of x.
  float rounded(float x) const { return dequantise(quantise(x)); }
};

/// Scales below are taken to be this: the numbers are zeros, and neither the
/// scale nor its product with another may be denormal.
constexpr float kLeastScale = 1e-12F;

/// The range over all 2^bits integers, with an integer that means zero.
Affine asymmetric(Range range, int bits);

/// Integers of `bits` without the least one, zero in the middle.
Affine symmetric(float largest, int bits);

} // namespace dlc::calibrate

#endif
