//===- InverseHyperbolic.cpp - asinh, acosh and atanh ---------------------===//

#include "codegen/math/Functions.h"

using namespace dlc::math;

// From here on x^2 + 1 and x^2 - 1 round to x^2: the results are
// log(x) + log(2).
static constexpr double squareOnly = 0x1p13;

Float dlc::math::inverseHyperbolicSine(Float x) {
  Float a = abs(x);
  Float z = a * a;
  // a + sqrt(a^2 + 1) = 1 + (a + a^2 / (1 + sqrt(a^2 + 1)))
  Float rest = a + z / (squareRoot(z + 1) + 1);
  Mask large = a > squareOnly;
  Float result = logarithm1p(select(large, a - 1, rest));
  result = result + select(large, 0.693147181, 0.0);
  Float small = mad(a * z,
                    horner(z, {-0.166666478, 0.0749878362, -0.0443983153,
                               0.0282286294, -0.0133282356}),
                    a);
  return copysign(select(a < 0.5, small, result), x);
}

Float dlc::math::inverseHyperbolicCosine(Float x) {
  // x + sqrt(x^2 - 1) = 1 + (t + sqrt(t^2 + 2 t)), t = x - 1
  Float t = x - 1;
  Float rest = t + squareRoot(mad(t, t, t + t));
  Mask large = x > squareOnly;
  Float result = logarithm1p(select(large, t, rest));
  result = result + select(large, 0.693147181, 0.0);
  // Near 1 it is sqrt(2 t) times a polynomial.
  Float root = squareRoot(t + t);
  Float near = mad(root * t,
                   horner(t, {-0.083333239, 0.018746959, -0.00554978941,
                              0.00176428934, -0.000416507362}),
                   root);
  return select(x >= 1, select(t < 0.5, near, result), notANumber);
}

Float dlc::math::inverseHyperbolicTangent(Float x) {
  Float a = abs(x);
  Float z = a * a;
  // (1 + a) / (1 - a) = 1 + 2 a / (1 - a)
  Float result = logarithm1p((a + a) / (1 - a)) * 0.5;
  Float small = mad(a * z,
                    horner(z, {0.333333015, 0.200024545, 0.142237425,
                               0.118168235, 0.0515857637, 0.176406845}),
                    a);
  return copysign(select(a < 0.5, small, result), x);
}
