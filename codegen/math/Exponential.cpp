//===- Exponential.cpp - exp and the hyperbolic functions -----------------===//

#include "codegen/math/Functions.h"

using namespace dlc::math;

// The clamps lie a little outside of where results are 0 or infinity, so that
// exponents stay within what scale() takes.
Float dlc::math::exponential(Float x) {
  bool wide = x.e->width() == 64;
  Float inRange =
      clampBelow(clampAbove(x, wide ? 710 : 89), wide ? -746 : -104);
  Fraction split = splitNatural(inRange);
  return scale(exponentialNearZero(split.fraction), split.exponent);
}

Float dlc::math::exponential2(Float x) {
  bool wide = x.e->width() == 64;
  Float inRange =
      clampBelow(clampAbove(x, wide ? 1025 : 129), wide ? -1076 : -151);
  Fraction split = splitBinary(inRange);
  return scale(exponential2NearZero(split.fraction), split.exponent);
}

Float dlc::math::exponentialMinus1(Float x) {
  Fraction split = splitNatural(clampBelow(clampAbove(x, 89), -18));
  Float r = split.fraction;
  // e^r - 1
  Float near = mad(r * r,
                   horner(r, {0.5, 0.166666657, 0.0416664667, 0.00833364204,
                              0.00139349909, 0.000196673893}),
                   r);
  // 2^n (near + 1) - 1, halved, since 2^128 is out of range.
  Float halfPower = powerOfTwo(split.exponent, -1);
  Float half = mad(near, halfPower, halfPower - 0.5);
  // Where n = 0 nothing is added: subnormals stay as they are.
  return copysign(select(split.exponent == 0, near, half + half), x);
}

namespace {

/// e^|x| / 4, which is in range wherever the hyperbolic functions are.
Float quarterExponential(Float magnitude) {
  Fraction split = splitNatural(clampAbove(magnitude, 90));
  return exponentialNearZero(split.fraction) * powerOfTwo(split.exponent, -2);
}

} // namespace

Float dlc::math::hyperbolicSine(Float x) {
  Float a = abs(x);
  Float quarter = quarterExponential(a);
  Float large = quarter - 0.0625 / quarter;
  Float z = a * a;
  Float small = mad(
      a * z,
      horner(z, {0.166666672, 0.00833330676, 0.000198438735, 2.77605864e-06}),
      a);
  return copysign(select(a < 1, small, large + large), x);
}

Float dlc::math::hyperbolicCosine(Float x) {
  Float quarter = quarterExponential(abs(x));
  Float half = quarter + 0.0625 / quarter;
  return half + half;
}

Float dlc::math::hyperbolicTangent(Float x) {
  // Beyond 9.1 (20) the result rounds to 1.
  bool wide = x.e->width() == 64;
  Float a = clampAbove(abs(x), wide ? 20 : 9.1);
  Fraction split = splitNatural(a + a);
  Float squared =
      exponentialNearZero(split.fraction) * powerOfTwo(split.exponent);
  Float large = 1 - 2 / (squared + 1);
  Float z = a * a;
  Float cubic =
      wide ? horner(z, {-0.33333333333333315, 0.13333333333328601,
                        -0.053968253964665779, 0.021869488407419101,
                        -0.0088632329063016418, 0.0035920947555796957,
                        -0.0014555586652677931, 0.00058850400062451813,
                        -0.00023352157726895864, 8.3503657451725456e-05,
                        -1.9603291179372977e-05})
           : horner(z, {-0.333333194, 0.133326337, -0.0538563952, 0.0210861396,
                        -0.00629236363});
  Float small = mad(a * z, cubic, a);
  return copysign(select(a < 0.55, small, large), x);
}
