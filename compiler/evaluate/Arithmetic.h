//===- Arithmetic.h - Sums and products that wrap -------------------------===//

#ifndef DLC_COMPILER_EVALUATE_ARITHMETIC_H
#define DLC_COMPILER_EVALUATE_ARITHMETIC_H

#include <cstdint>
#include <type_traits>

namespace dlc::evaluate {

/// Integers wrap, which C++ allows unsigned ones only.
template <typename C> C add(C a, C b) {
  if constexpr (std::is_integral_v<C>)
    return C(uint64_t(a) + uint64_t(b));
  else
    return a + b;
}

template <typename C> C multiply(C a, C b) {
  if constexpr (std::is_integral_v<C>)
    return C(uint64_t(a) * uint64_t(b));
  else
    return a * b;
}

} // namespace dlc::evaluate

#endif
