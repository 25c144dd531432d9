// Loops.h - loops over lanes. Included in a namespace for each instruction set.
#ifndef DLC_EMULATOR_CUDA_LANES_LOOPS_H
#define DLC_EMULATOR_CUDA_LANES_LOOPS_H

#include "runtime/emulator/cuda/execute/Warp.h"
#include "runtime/emulator/cuda/lanes/Lanes.h"

#include <cmath>
#include <cstring>
#include <limits>
#include <type_traits>

#ifndef DLC_LANES
#error "the build names the instruction set"
#endif

namespace dlc::ptx::DLC_LANES {

/// Results of all lanes are made, so that the compiler uses vectors; those of
/// lanes that do not execute are dropped.
template <class D, class Fn>
static inline void eachLane(Warp &w, uint32_t to, Fn fn) {
  D made[kLanes];
  for (unsigned l = 0; l < kLanes; ++l)
    made[l] = fn(l);
  D *d = w.r<D>(to);
  if (w.mask == ~0u) {
    memcpy(d, made, sizeof(made));
    return;
  }
  for (unsigned l = 0; l < kLanes; ++l)
    if (w.mask >> l & 1)
      d[l] = made[l];
}

template <class D, class A, class F> void unary(Warp &w, const Op &o) {
  const A *a = w.r<A>(o.a);
  eachLane<D>(w, o.d, [&](unsigned l) { return F::of(a[l]); });
}
template <class D, class A, class B, class F>
void binary(Warp &w, const Op &o) {
  const A *a = w.r<A>(o.a);
  const B *b = w.r<B>(o.b);
  eachLane<D>(w, o.d, [&](unsigned l) { return F::of(a[l], b[l]); });
}
template <class D, class A, class B, class C, class F>
void ternary(Warp &w, const Op &o) {
  const A *a = w.r<A>(o.a);
  const B *b = w.r<B>(o.b);
  const C *c = w.r<C>(o.c);
  eachLane<D>(w, o.d, [&](unsigned l) { return F::of(a[l], b[l], c[l]); });
}

//===- Half precision
//------------------------------------------------------===//

static inline float toFloat(Half h) {
  _Float16 v;
  memcpy(&v, &h, 2);
  return float(v);
}
static inline Half toHalf(float x) {
  _Float16 v = _Float16(x);
  Half h;
  memcpy(&h, &v, 2);
  return h;
}
/// Rounded once: the bits that float32 has no room for leave a trace in its
/// last bit, which a half does not have (rounding to odd). For values that are
/// neither denormal in float32 nor beyond it, as sums and products of halves.
static inline Half toHalf(double x) {
  uint64_t bits;
  memcpy(&bits, &x, 8);
  constexpr uint64_t lost = (uint64_t(1) << 29) - 1;
  uint64_t odd = (bits & ~lost) | (bits & lost ? lost + 1 : 0);
  double rounded;
  memcpy(&rounded, &odd, 8);
  return toHalf(float(rounded));
}

/// Denormals become zeros with their sign.
static inline float flushed(float x) {
  return std::fabs(x) < std::numeric_limits<float>::min()
             ? std::copysign(0.0f, x)
             : x;
}
template <class T> static inline T saturated(T x) {
  return !(x > T(0)) ? T(0) : x > T(1) ? T(1) : x;
}

/// F with what .ftz and .sat add.
template <class F, bool Flush, bool Saturate> struct Modified {
  template <class... T> static float of(T... x) {
    float y = Flush ? flushed(F::of(flushed(x)...)) : F::of(x...);
    return Saturate ? saturated(y) : y;
  }
};

} // namespace dlc::ptx::DLC_LANES

#endif
