//===- ErrorFunction.cpp - erf and erfc -----------------------------------===//

#include "codegen/math/Functions.h"

using namespace dlc::math;

Float dlc::math::errorFunction(Float x) {
  // Beyond 4 the result rounds to 1.
  Float a = clampAbove(abs(x), 4);
  // 1 - erf(a) = 2^g(a) with g a polynomial: relative errors of that small
  // number hardly count.
  Fraction split = splitBinary(
      horner(a, {-0.00019272283, -1.62726784, -0.918617606, -0.150512859,
                 0.032345593, -0.00446124794, 0.000289976946}));
  Float complement =
      exponential2NearZero(split.fraction) * powerOfTwo(split.exponent);
  Float z = a * a;
  Float ratio = horner(z, {0.128379151, -0.376124978, 0.112818591,
                           -0.0267687142, 0.00499750162, -0.000602087239});
  Float small = mad(a, ratio, a);
  return copysign(select(a < 0.875, small, 1 - complement), x);
}
