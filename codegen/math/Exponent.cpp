//===- Exponent.cpp - Taking numbers apart and putting them together ------===//

#include "codegen/math/Functions.h"

using namespace dlc::math;

namespace {

/// log(2) in two parts, the first so short that its product with an exponent
/// is exact.
struct Ln2 {
  double high, low;
};
constexpr Ln2 ln2Single = {0.693145751953125, 1.42860682030941723e-6};
constexpr Ln2 ln2Double = {0.69314718055829871446, 1.6465949582897081e-12};
constexpr double log2e = 1.44269504088896341;

bool isDouble(Float x) { return x.e->width() == 64; }

/// 3/2 2^mantissaBits: what is added to it is rounded to an integer, and that
/// integer lies in the low bits of the sum.
double roundingBias(Float x) { return isDouble(x) ? 0x1.8p52 : 0x1.8p23; }

Fraction fractionOf(Float biased) {
  return {biased, biased - roundingBias(biased),
          bitsOf(biased) << formatOf(biased).mantissaBits};
}

} // namespace

Format dlc::math::formatOf(Float x) {
  return isDouble(x) ? Format{52, 1023} : Format{23, 127};
}

Fraction dlc::math::splitBinary(Float x) {
  Fraction split = fractionOf(x + roundingBias(x));
  split.fraction = x - split.integral;
  return split;
}

Fraction dlc::math::splitNatural(Float x) {
  Ln2 ln2 = isDouble(x) ? ln2Double : ln2Single;
  Fraction split = fractionOf(mad(x, log2e, roundingBias(x)));
  split.fraction =
      mad(split.integral, -ln2.low, mad(split.integral, -ln2.high, x));
  return split;
}

Float dlc::math::powerOfTwo(Int exponent, int bias) {
  Format format = formatOf({exponent.e, {}});
  return floatOf(exponent +
                 (int64_t(format.exponentBias + bias) << format.mantissaBits));
}

Float dlc::math::scale(Float p, Int exponent) {
  // In two halves, because 2^n alone may be out of range where the product is
  // not. The first product is exact.
  Int half = (exponent >> 1) & -formatOf(p).hiddenBit();
  return p * powerOfTwo(half) * powerOfTwo(exponent - half);
}

Float dlc::math::exponentialNearZero(Float r) {
  if (isDouble(r))
    return horner(r, {1, 1, 0.5, 0.16666666666661881, 0.041666666666619209,
                      0.0083333333365673608, 0.0013888888920897747,
                      0.00019841262613613664, 2.480151577076645e-05,
                      2.7563885183523196e-06, 2.7622489270252476e-07,
                      2.2975995191164651e-08});
  return horner(r, {1, 1, 0.49999994, 0.166665152, 0.0416680798, 0.00836937409,
                    0.00138416211});
}

Float dlc::math::exponential2NearZero(Float r) {
  if (isDouble(r))
    return horner(r, {1, 0.69314718055994573, 0.240226506959101,
                      0.055504108664787943, 0.0096181291076062082,
                      0.0013333558153949491, 0.00015403530442109202,
                      1.5252726934840943e-05, 1.3215442640675361e-06,
                      1.0180825928024802e-07, 7.0725432008367782e-09,
                      4.0520812113001851e-10});
  return horner(r, {1, 0.693147242, 0.240226552, 0.0555027276, 0.00961706415,
                    0.00134177471, 0.000158263298});
}

Mantissa dlc::math::splitMantissa(Float x) {
  Format format = formatOf(x);
  bool wide = isDouble(x);
  // The bits of sqrt(1/2)
  int64_t sqrtHalf = wide ? 0x3fe6a09e667f3bcd : 0x3f3504f3;
  Mask subnormal = x < (wide ? 0x1p-1022 : 0x1p-126);
  Float normal = select(subnormal, x * double(format.hiddenBit()), x);
  Int bits = bitsOf(normal);
  Int exponent = (bits - sqrtHalf) & -format.hiddenBit();
  Float e = toFloat(exponent >> format.mantissaBits);
  return {floatOf(bits - exponent) - 1,
          e - select(subnormal, double(format.mantissaBits), 0.0)};
}
