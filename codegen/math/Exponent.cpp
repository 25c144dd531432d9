//===- Exponent.cpp - Taking numbers apart and putting them together ------===//

#include "codegen/math/Functions.h"

using namespace dlc::math;

namespace {

// 3/2 2^23: what is added to it is rounded to an integer, and that integer
// lies in the low bits of the sum.
constexpr double roundingBias = 12582912.0;
constexpr int mantissaBits = 23;
constexpr int exponentBias = 127;

// log(2) in two parts; the first has 15 bits, so that its product with an
// exponent is exact.
constexpr double ln2High = 0.693145751953125;
constexpr double ln2Low = 1.42860682030941723e-6;
constexpr double log2e = 1.44269504088896341;

Fraction fractionOf(Float biased) {
  return {biased, biased - roundingBias, bitsOf(biased) << mantissaBits};
}

} // namespace

Fraction dlc::math::splitBinary(Float x) {
  Fraction split = fractionOf(x + roundingBias);
  split.fraction = x - split.integral;
  return split;
}

Fraction dlc::math::splitNatural(Float x) {
  Fraction split = fractionOf(mad(x, log2e, roundingBias));
  split.fraction =
      mad(split.integral, -ln2Low, mad(split.integral, -ln2High, x));
  return split;
}

Float dlc::math::powerOfTwo(Int exponent, int bias) {
  return floatOf(exponent + (int64_t(exponentBias + bias) << mantissaBits));
}

Float dlc::math::scale(Float p, Int exponent) {
  // In two halves, because 2^n alone may be out of range where the product is
  // not. The first product is exact.
  Int half = (exponent >> 1) & -(int64_t(1) << mantissaBits);
  return p * powerOfTwo(half) * powerOfTwo(exponent - half);
}

Float dlc::math::exponentialNearZero(Float r) {
  return horner(r, {1, 1, 0.49999994, 0.166665152, 0.0416680798, 0.00836937409,
                    0.00138416211});
}

Float dlc::math::exponential2NearZero(Float r) {
  return horner(r, {1, 0.693147242, 0.240226552, 0.0555027276, 0.00961706415,
                    0.00134177471, 0.000158263298});
}

Mantissa dlc::math::splitMantissa(Float x) {
  constexpr int64_t sqrtHalf = 0x3f3504f3;
  Mask subnormal = x < 0x1p-126;
  Int bits = bitsOf(select(subnormal, x * 0x1p23, x));
  Int exponent = (bits - sqrtHalf) & -(int64_t(1) << mantissaBits);
  Float e = toFloat(exponent >> mantissaBits);
  return {floatOf(bits - exponent) - 1, e - select(subnormal, 23, 0.0)};
}
