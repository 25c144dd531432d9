// Functions.h - what each instruction computes of one lane's values.
#ifndef DLC_EMULATOR_CUDA_LANES_FUNCTIONS_H
#define DLC_EMULATOR_CUDA_LANES_FUNCTIONS_H

#include "runtime/emulator/cuda/lanes/Loops.h"

namespace dlc::ptx::DLC_LANES {

struct Copy {
  template <class T> static T of(T a) { return a; }
};
struct Neg {
  template <class T> static T of(T a) {
    if constexpr (std::is_integral_v<T>)
      return T(0 - std::make_unsigned_t<T>(a));
    else
      return -a;
  }
  static Half of(Half a) { return {uint16_t(a.bits ^ 0x8000)}; }
};
struct Abs {
  template <class T> static T of(T a) {
    if constexpr (std::is_integral_v<T>)
      return a < 0 ? Neg::of(a) : a;
    else
      return std::fabs(a);
  }
  static Half of(Half a) { return {uint16_t(a.bits & 0x7fff)}; }
};
struct Not {
  template <class T> static T of(T a) { return T(~a); }
};
struct Cnot {
  template <class T> static T of(T a) { return T(a == 0); }
};
struct Sqrt {
  template <class T> static T of(T a) { return std::sqrt(a); }
};
struct Rsqrt {
  template <class T> static T of(T a) { return T(1) / std::sqrt(a); }
};
struct Rcp {
  template <class T> static T of(T a) { return T(1) / a; }
};
struct Ex2 {
  static float of(float a) { return std::exp2(a); }
};
struct Lg2 {
  static float of(float a) { return std::log2(a); }
};
struct Sin {
  static float of(float a) { return std::sin(a); }
};
struct Cos {
  static float of(float a) { return std::cos(a); }
};

struct Add {
  template <class T> static T of(T a, T b) {
    if constexpr (std::is_integral_v<T>)
      return T(uint64_t(a) + uint64_t(b));
    else
      return a + b;
  }
  // The exact result of two halves needs more than twice their bits and two
  // where float32 rounds: rounding twice is rounding once.
  static Half of(Half a, Half b) { return toHalf(toFloat(a) + toFloat(b)); }
};
struct Sub {
  template <class T> static T of(T a, T b) {
    if constexpr (std::is_integral_v<T>)
      return T(uint64_t(a) - uint64_t(b));
    else
      return a - b;
  }
  static Half of(Half a, Half b) { return toHalf(toFloat(a) - toFloat(b)); }
};
struct MulLo {
  template <class T> static T of(T a, T b) {
    if constexpr (std::is_integral_v<T>)
      return T(std::conditional_t<sizeof(T) <= 4, uint32_t, uint64_t>(a) *
               std::conditional_t<sizeof(T) <= 4, uint32_t, uint64_t>(b));
    else
      return a * b;
  }
  static Half of(Half a, Half b) { return toHalf(toFloat(a) * toFloat(b)); }
};
template <class T> struct Wider;
template <> struct Wider<uint16_t> {
  using Type = uint32_t;
};
template <> struct Wider<int16_t> {
  using Type = int32_t;
};
template <> struct Wider<uint32_t> {
  using Type = uint64_t;
};
template <> struct Wider<int32_t> {
  using Type = int64_t;
};
__extension__ typedef __int128 Int128;
__extension__ typedef unsigned __int128 UInt128;
template <> struct Wider<uint64_t> {
  using Type = UInt128;
};
template <> struct Wider<int64_t> {
  using Type = Int128;
};

struct MulWide {
  template <class T> static typename Wider<T>::Type of(T a, T b) {
    return typename Wider<T>::Type(a) * b;
  }
};
struct MulHi {
  template <class T> static T of(T a, T b) {
    return T(MulWide::of(a, b) >> (sizeof(T) * 8));
  }
};
struct Div {
  template <class T> static T of(T a, T b) {
    if constexpr (!std::is_integral_v<T>)
      return a / b;
    else if (b == 0)
      return T(~T(0)); // what devices give; PTX leaves it open
    else if (std::is_signed_v<T> && b == T(-1))
      return Neg::of(a);
    else
      return T(a / b);
  }
};
struct Rem {
  template <class T> static T of(T a, T b) {
    if (b == 0)
      return a;
    if (std::is_signed_v<T> && b == T(-1))
      return 0;
    return T(a % b);
  }
};
struct And {
  template <class T> static T of(T a, T b) { return T(a & b); }
};
struct Or {
  template <class T> static T of(T a, T b) { return T(a | b); }
};
struct Xor {
  template <class T> static T of(T a, T b) { return T(a ^ b); }
};
struct Shl {
  template <class T> static T of(T a, uint32_t b) {
    return b >= sizeof(T) * 8 ? T(0) : T(std::make_unsigned_t<T>(a) << b);
  }
};
struct Shr {
  template <class T> static T of(T a, uint32_t b) {
    constexpr uint32_t last = sizeof(T) * 8 - 1;
    return b > last ? (a < T(0) ? T(-1) : T(0)) : T(a >> b);
  }
};
/// The smaller; a NaN only of two NaNs; -0 below +0.
struct Min {
  template <class T> static T of(T a, T b) {
    if constexpr (std::is_integral_v<T>)
      return a < b ? a : b;
    else if (std::isnan(a) || std::isnan(b))
      return std::isnan(a) ? b : a;
    else
      return a < b || (a == b && std::signbit(a)) ? a : b;
  }
};
struct Max {
  template <class T> static T of(T a, T b) {
    if constexpr (std::is_integral_v<T>)
      return a > b ? a : b;
    else if (std::isnan(a) || std::isnan(b))
      return std::isnan(a) ? b : a;
    else
      return a > b || (a == b && !std::signbit(a)) ? a : b;
  }
};
struct CopySign { // copysign d, a, b: the sign of a, the value of b
  template <class T> static T of(T a, T b) { return std::copysign(b, a); }
};

struct Fma {
  static float of(float a, float b, float c) { return __builtin_fmaf(a, b, c); }
  static double of(double a, double b, double c) {
    return __builtin_fma(a, b, c);
  }
  // Products of halves are exact in float64, and so is the sum: no more than
  // 41 bits lie between its ends unless the result is infinite.
  static Half of(Half a, Half b, Half c) {
    return toHalf(double(toFloat(a)) * double(toFloat(b)) + double(toFloat(c)));
  }
};
struct MadLo {
  template <class T> static T of(T a, T b, T c) {
    return Add::of(MulLo::of(a, b), c);
  }
};
struct MadHi {
  template <class T> static T of(T a, T b, T c) {
    return Add::of(MulHi::of(a, b), c);
  }
};
struct MadWide {
  template <class T>
  static typename Wider<T>::Type of(T a, T b, typename Wider<T>::Type c) {
    return Add::of(MulWide::of(a, b), c);
  }
};
struct Sad {
  template <class T> static T of(T a, T b, T c) {
    return Add::of(c, a < b ? Sub::of(b, a) : Sub::of(a, b));
  }
};

/// f16x2 from f16.
template <class F> struct Pair {
  static Half half(uint32_t x, int i) { return {uint16_t(x >> (16 * i))}; }
  template <class... T> static uint32_t of(T... x) {
    return F::of(half(x, 0)...).bits | uint32_t(F::of(half(x, 1)...).bits)
                                           << 16;
  }
};

} // namespace dlc::ptx::DLC_LANES

#endif
