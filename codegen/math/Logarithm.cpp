//===- Logarithm.cpp - log and the inverse hyperbolic functions -----------===//

#include "codegen/math/Functions.h"

using namespace dlc::math;

namespace {

/// log(1 + f) + e log(2) in double precision, with s = f / (2 + f):
/// log(1 + f) = 2 atanh(s) = f - f^2 / 2 + s (f^2 / 2 + rest(s^2)).
Float doubleLogarithmOf(Mantissa x) {
  Float s = x.f / (x.f + 2);
  Float z = s * s;
  Float rest = z * horner(z, {0.66666666666667096, 0.39999999999542096,
                              0.28571428718662711, 0.2222220070198499,
                              0.18183464905237856, 0.15316379317331474,
                              0.14774328973511111});
  Float halfSquare = x.f * x.f * 0.5;
  Float low = mad(s, halfSquare + rest, x.e * 1.6465949582897081e-12);
  return mad(x.e, 0.69314718055829871446, x.f - (halfSquare - low));
}

/// log(1 + f) + e log(2)
Float logarithmOf(Mantissa x) {
  if (x.f.e->width() == 64)
    return doubleLogarithmOf(x);
  Float z = x.f * x.f;
  Float cubic = horner(x.f, {0.333333135, -0.250001669, 0.200022236,
                             -0.166593581, 0.142095566, -0.125499591,
                             0.121092804, -0.10914626, 0.053353332});
  // The high part of log(2) has 15 bits: its product with e is exact.
  Float low = mad(x.e, 1.42860682030941723e-6, x.f * z * cubic);
  return mad(x.e, 0.693145751953125, mad(z, -0.5, low) + x.f);
}

/// The result of a logarithm, `value` where x is positive and finite.
Float withPoles(Float x, Float value) {
  Float outside = select(x == 0, -infinity, notANumber);
  return select(x > 0, select(x < infinity, value, x), outside);
}

} // namespace

Float dlc::math::logarithm(Float x) {
  return withPoles(x, logarithmOf(splitMantissa(x)));
}

Float dlc::math::logarithm2(Float x) {
  Mantissa split = splitMantissa(x);
  Float f = split.f;
  Float square = horner(f, {-0.721347332, 0.480898201, -0.360698581,
                            0.288571596, -0.239572793, 0.204478383,
                            -0.191298008, 0.18716599, -0.110732168});
  // log2(e) in two parts
  Float low = mad(f, 1.925963034e-8, f * f * square);
  return withPoles(x, mad(f, 1.44269502163, low) + split.e);
}

Float dlc::math::logarithm10(Float x) {
  Mantissa split = splitMantissa(x);
  Float f = split.f;
  Float square = horner(f, {-0.217147186, 0.144764781, -0.108580776,
                            0.0868693739, -0.0721273869, 0.0615405478,
                            -0.0574990436, 0.056406647, -0.0336219072});
  // log10(e) and log10(2) in two parts, the high one of log10(2) with 15 bits
  Float low = mad(f, -1.010304995e-8, f * f * square);
  low = mad(split.e, 4.60503898119521e-6, low);
  return withPoles(x,
                   mad(split.e, 0.301025390625, mad(f, 0.434294492006, low)));
}

Float dlc::math::logarithm1p(Float x) {
  constexpr int64_t sqrtHalf = 0x3f3504f3, exponentMask = -(int64_t(1) << 23);
  // (1 + x) 2^-e as 2^-e - 1 + x 2^-e: nothing is lost to the rounding of 1 +
  // x, which only chooses e. 2^-128 would be subnormal, hence the quarters.
  Int exponent = (bitsOf(x + 1) - sqrtHalf) & exponentMask;
  Float fourTimesPower = floatOf(0x40800000 - exponent);
  Float f = floatOf(bitsOf(x) - exponent) + mad(fourTimesPower, 0.25, -1);
  Float value = logarithmOf({f, toFloat(exponent >> 23)});
  Float outside = select(x == -1, -infinity, notANumber);
  value = select(x > -1, select(x < infinity, value, x), outside);
  return copysign(value, x);
}
