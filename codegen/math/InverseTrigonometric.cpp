//===- InverseTrigonometric.cpp - asin, acos, atan and atan2 --------------===//

#include "codegen/math/Functions.h"

using namespace dlc::math;

namespace {

// pi/2 and pi as the nearest float and the rest
constexpr double halfPi = 1.57079637051, halfPiRest = -4.37113882867e-8;
constexpr double pi = 2 * halfPi, piRest = 2 * halfPiRest;

/// asin(s) for |s| <= 0.5625, z = s^2.
Float arcSineOf(Float s, Float z) {
  return mad(s * z,
             horner(z, {0.166666314, 0.0750209764, 0.0442322008, 0.0340106897,
                        0.00674287602, 0.0474834815}),
             s);
}

/// From here on asin(a) = pi/2 - 2 asin(sqrt((1 - a) / 2)): large enough for
/// the difference not to magnify the root's error.
constexpr double steep = 0.5625;

/// atan(t) for 0 <= t <= 1.
Float arcTangentOf(Float t) {
  Float z = t * t;
  return mad(t * z,
             horner(z, {-0.333333135, 0.199989066, -0.142675698, 0.10967876,
                        -0.0844562426, 0.0586316884, -0.0318118744,
                        0.0112386337, -0.00186303724}),
             t);
}

} // namespace

Float dlc::math::arcSine(Float x) {
  Float a = abs(x);
  Mask isSteep = a > steep;
  Float z = select(isSteep, (1 - a) * 0.5, a * a);
  Float p = arcSineOf(select(isSteep, squareRoot(z), a), z);
  Float complement = halfPi - ((p + p) - halfPiRest);
  return copysign(select(isSteep, complement, p), x);
}

Float dlc::math::arcCosine(Float x) {
  Float a = abs(x);
  Mask isSteep = a > steep, negative = x < 0.0;
  Float z = select(isSteep, (1 - a) * 0.5, a * a);
  Float p = arcSineOf(select(isSteep, squareRoot(z), a), z);
  Float twice = p + p;
  // The four cases as base - offset.
  Float steepResult = select(negative, pi - (twice - piRest), twice);
  Float flatResult = halfPi - (copysign(p, x) - halfPiRest);
  return select(isSteep, steepResult, flatResult);
}

Float dlc::math::arcTangent(Float x) {
  Float a = abs(x);
  Mask large = a > 1;
  Float p = arcTangentOf(select(large, 1 / a, a));
  return copysign(select(large, halfPi - (p - halfPiRest), p), x);
}

Float dlc::math::arcTangent2(Float y, Float x) {
  Float a = abs(y), b = abs(x);
  Mask high = a > b;
  Float larger = select(high, a, b), smaller = select(high, b, a);
  Float ratio = smaller / larger;
  // 0 / 0 counts as 0 and infinity / infinity as 1.
  ratio = select(larger == 0, 0.0, ratio);
  ratio = select(smaller == infinity, 1, ratio);
  Float p = arcTangentOf(ratio);
  p = select(high, halfPi - (p - halfPiRest), p);
  p = select(bitsOf(x) < 0, pi - (p - piRest), p);
  p = copysign(p, y);
  return select(isNaN(x) | isNaN(y), x + y, p);
}
