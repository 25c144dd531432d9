//===- Trigonometric.cpp - sin, cos and tan -------------------------------===//

#include "codegen/math/Functions.h"

using namespace dlc::math;

namespace {

/// |x| = (quadrant + 4 k) pi/2 + high + low for some k, |high| <= pi/4.
struct Angle {
  Float high, low;
  /// Modulo 4 only.
  Int quadrant;
};

/// For |x| < 2^13 pi/2: pi/2 in parts of 11 bits, whose products with the
/// multiple are exact (Cody and Waite).
Angle reduceSmall(Float size) {
  constexpr double roundingBias = 12582912.0; // 3/2 2^23
  Float biased = mad(size, 0.636619772367581343, roundingBias);
  Float n = biased - roundingBias;
  Float rest = size - n * 0x1.92p+0;
  rest = rest - n * 0x1.fb4p-12;
  Float part = n * 0x1.444p-24;
  Float high = rest - part;
  Float low = mad(n, -0x1.68c234p-39, (rest - high) - part);
  return {high, low, bitsOf(biased)};
}

/// 96 bits of 2/pi, most significant word first, after dropping the first
/// `skipped` - 32 bits.
llvm::SmallVector<Int> twoOverPi(Int skipped) {
  Emitter &e = *skipped.e;
  constexpr uint32_t bits[] = {0,          0xa2f9836e, 0x4e441529, 0xfc2757d1,
                               0xf534ddc0, 0xdb629599, 0x3c439041, 0xfe5163ab};
  llvm::SmallVector<Int> words;
  for (uint32_t word : bits)
    words.push_back(e.integer(word));
  // Drop whole words, as many as the bits of skipped / 32 say.
  for (int count : {4, 2, 1}) {
    Mask drop = (skipped & (count * 32)) != 0;
    size_t kept = count + 3;
    for (size_t i = 0; i < kept; ++i)
      if (i + count < words.size())
        words[i] = select(drop, words[i + count], words[i]);
    words.resize(kept);
  }
  Int left = skipped & 31;
  Int right = 31 - left;
  llvm::SmallVector<Int> window;
  for (int i = 0; i < 3; ++i)
    window.push_back((words[i] << left) |
                     shiftRight(shiftRight(words[i + 1], 1), right));
  return window;
}

/// For 2^10 <= |x| < infinity: the product with 2/pi in integers, of which only
/// the part below 4 is computed (Payne and Hanek).
Angle reduceLarge(Float size) {
  // |x| = m 2^(exponent - 150), so bits of 2/pi of weight 2^(152 - exponent)
  // and above contribute multiples of 4.
  Int bits = bitsOf(size);
  Int m = (bits & 0x7fffff) | 0x800000;
  llvm::SmallVector<Int> window = twoOverPi(shiftRight(bits, 23) - (152 - 32));
  Int middle = m * window[1];
  Int lower = middle + multiplyHigh(m, window[2]);
  Int carry = select(below(lower, middle), 1, m.e->integer(0));
  Int upper = m * window[0] + multiplyHigh(m, window[1]) + carry;
  // upper.lower is the product in units of 2^-30: two bits of quadrant, and a
  // fraction that is taken to [-1/2, 1/2).
  Int quadrant = shiftRight(upper + 0x20000000, 30);
  Int fraction = (upper << 2) | shiftRight(lower, 30);
  Int beyond = lower << 2;
  // The fraction's 64 bits as three floats, 24 exact bits in the first.
  Float first = toFloat(fraction & ~int64_t(0xff));
  Float second = toFloat(fraction & 0xff);
  Float third = toFloat(shiftRight(beyond, 1));
  constexpr double unit = 0x1p-32, high = 1.57079637051,
                   low = -4.37113882867e-8;
  Pair angle = product(first, m.e->real(high * unit));
  Float rest = mad(first, low * unit, angle.low);
  rest = mad(second, high * unit, rest);
  rest = mad(third, high * unit * 0x1p-31, rest);
  angle = sum(angle.high, rest);
  return {angle.high, angle.low, quadrant};
}

Angle reduce(Float size) {
  Emitter &e = *size.e;
  Angle small = reduceSmall(size);
  // Beyond, the products are no longer exact.
  Mask large = size > 12800.0;
  llvm::SmallVector<Float> angle = e.branchIfAny(
      large, {small.high, small.low, floatOf(small.quadrant)}, [&] {
        Angle reduced = reduceLarge(size);
        return llvm::SmallVector<Float>{
            select(large, reduced.high, small.high),
            select(large, reduced.low, small.low),
            floatOf(select(large, reduced.quadrant, small.quadrant))};
      });
  return {angle[0], angle[1], bitsOf(angle[2])};
}

/// The sine of the angle in quadrant `quadrant` instead of its own.
Float sineIn(Angle angle, Int quadrant) {
  Float r = angle.high;
  Float z = r * r;
  Float sine = mad(r * z,
                   horner(z, {-0.166666672, 0.0083333794, -0.000198530659,
                              2.83254849e-06}),
                   angle.low) +
               r;
  Float cosine =
      mad(z * z, horner(z, {0.0416666456, -0.00138873095, 2.44323273e-05}),
          -(r * angle.low));
  cosine = 1 - (z * 0.5 - cosine);
  Float size = select((quadrant & 1) != 0, cosine, sine);
  return floatOf(bitsOf(size) ^ ((quadrant & 2) << 30));
}

} // namespace

Float dlc::math::sine(Float x) {
  Float size = abs(x);
  Angle angle = reduce(size);
  Float sine = sineIn(angle, angle.quadrant);
  // Odd: times the sign of x.
  sine = floatOf(bitsOf(sine) ^ (bitsOf(x) & (int64_t(1) << 31)));
  return select(size < infinity, sine, notANumber);
}

Float dlc::math::cosine(Float x) {
  Float size = abs(x);
  Angle angle = reduce(size);
  return select(size < infinity, sineIn(angle, angle.quadrant + 1), notANumber);
}

Float dlc::math::tangent(Float x) {
  Float size = abs(x);
  Angle angle = reduce(size);
  Float r = angle.high;
  Float z = r * r;
  Float cubic = horner(z, {0.333333433, 0.133328199, 0.0540462509, 0.0213395189,
                           0.0107108606, 0.000225899028, 0.0043173749});
  // tan(r + low) = tan(r) + low (1 + tan^2(r)), with r^2 for tan^2(r)
  Float tangent = mad(r * z, cubic, mad(angle.low, z, angle.low)) + r;
  tangent = select((angle.quadrant & 1) != 0, -1 / tangent, tangent);
  tangent = floatOf(bitsOf(tangent) ^ (bitsOf(x) & (int64_t(1) << 31)));
  return select(size < infinity, tangent, notANumber);
}
