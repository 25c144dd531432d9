//===- Exact.h - The definition of rescaling, without fractions -----------===//

#ifndef DLC_TEST_UNIT_COMPILER_QUANTIZE_EXACT_H
#define DLC_TEST_UNIT_COMPILER_QUANTIZE_EXACT_H

#include "compiler/quantize/Staircase.h"
#include <cmath>
#include <random>

namespace dlc::quantize {

inline std::mt19937_64 random64(1);

inline int64_t pick(int64_t low, int64_t high) {
  return std::uniform_int_distribution<int64_t>(low, high)(random64);
}

inline float pickScale(double lowest, double highest) {
  double exponent = std::uniform_real_distribution<>(
      std::log2(lowest), std::log2(highest))(random64);
  return float(std::exp2(exponent));
}

/// round_half_even(n / d)
inline Wide roundQuotient(Wide n, Wide d) {
  Wide twice = 2 * n + d, q = twice / (2 * d), rest = twice % (2 * d);
  if (rest < 0) {
    --q;
    rest += 2 * d;
  }
  return rest == 0 && (q & 1) ? q - 1 : q;
}

/// clamp(round_half_even(n / d) + zero)
inline int64_t quantised(Wide n, Wide d, int64_t zero, Reach clamp) {
  return int64_t(std::clamp(roundQuotient(n, d) + zero, Wide(clamp.least),
                            Wide(clamp.greatest)));
}

/// A positive float as significand * 2^exponent.
struct Parts {
  Wide significand;
  int exponent = 0;

  explicit Parts(float value) {
    significand = Wide(std::ldexp(std::frexp(value, &exponent), 24));
    exponent -= 24;
  }
};

inline constexpr Reach int8{-128, 127};

} // namespace dlc::quantize

#endif
