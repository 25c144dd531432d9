//===- Roots.cpp - Square and cube roots ----------------------------------===//

#include "codegen/math/Functions.h"

using namespace dlc::math;

namespace {

/// 2^bits c, as a constant of a fixed-point number.
int64_t fixedPoint(double c, int bits) {
  return static_cast<int64_t>(c * static_cast<double>(int64_t(1) << bits));
}

/// 1 / sqrt(v) with 31 fractional bits for v in [1, 4) with 30, to about
/// 2^-28. "Qn" below: the value has n fractional bits.
Int reciprocalRootFixed(Int v) {
  Emitter &e = *v.e;
  // A quadratic guess is 2.4% off, each of Newton's steps
  // r (3 - v r^2) / 2 squares that.
  Int slope = fixedPoint(0.410669357, 30) -
              multiplyHigh(v, e.integer(fixedPoint(0.0512051694, 32))); // Q30
  Int r = fixedPoint(1.33541787, 31) - (multiplyHigh(v, slope) << 3);   // Q31
  for (int step = 0; step < 3; ++step) {
    Int product = multiplyHigh(v, multiplyHigh(r, r)); // Q28
    Int factor = (fixedPoint(3, 28) - product) << 2;   // Q30
    r = multiplyHigh(r, factor) << 1;                  // Q31
  }
  return r;
}

/// For machines without floating point: integers all the way, correctly
/// rounded.
Float integerSquareRoot(Float x) {
  constexpr int64_t hidden = 0x800000, fractionMask = 0x7fffff;
  constexpr int64_t infinityBits = 0x7f800000;
  Int original = bitsOf(x);
  Mask subnormal = original < hidden;
  Int bits = bitsOf(select(subnormal, x * 0x1p24, x));
  // x = m 2^(exponent - 150) with the exponent's parity moved into m.
  Int exponent = shiftRight(bits, 23);
  Int m = ((bits & fractionMask) | hidden) << ((exponent + 1) & 1);
  Int v = m << 7; // Q30
  // The root with 23 fractional bits, at most 1 too small.
  Int root = shiftRight(multiplyHigh(v, reciprocalRootFixed(v)) - 8, 6);
  // What is left decides: (root + 1/2)^2 = root^2 + root + 1/4.
  Int rest = (m << 23) - root * root;
  Int half = select(root < rest, 1, x.e->integer(0));
  Int more = select(root * 3 + 2 < rest, 1, x.e->integer(0));
  exponent = exponent - select(subnormal, 24, x.e->integer(0));
  Int biased = shiftRight(exponent + 127, 1) - 1;
  Float result = floatOf(root + half + more + (biased << 23));
  // Zeros, infinity and NaN are their own roots.
  Mask ordinary = below(original - 1, x.e->integer(infinityBits - 1));
  Mask negative = below(x.e->integer(int64_t(1) << 31), original);
  return select(ordinary, result, select(negative, notANumber, x));
}

/// Double precision where there is no instruction for it.
Float newtonSquareRoot(Float x) {
  Mask tiny = x < 0x1p-900;
  Float a = select(tiny, x * 0x1p108, x);
  // A guess at 1 / sqrt(a) from half of the exponent, 3.5% off; each of
  // Newton's steps squares that.
  Float r = floatOf(0x5fe6eb50c7b537a9 - shiftRight(bitsOf(a), 1));
  for (int step = 0; step < 4; ++step)
    r = r * (1.5 - (a * 0.5) * r * r);
  Float root = a * r;
  Pair square = product(root, root);
  root = root + ((a - square.high) - square.low) * (r * 0.5);
  root = select(tiny, root * 0x1p-54, root);
  Mask ordinary = (x > 0.0) & (x < infinity);
  return select(ordinary, root, select(x < 0.0, notANumber, x));
}

} // namespace

Float dlc::math::squareRoot(Float x) {
  if (x.e->machine.sqrt)
    return native(Instruction::Sqrt, x);
  if (x.e->width() == 64)
    return newtonSquareRoot(x);
  return integerSquareRoot(x);
}

Float dlc::math::reciprocalSquareRoot(Float x) { return 1 / squareRoot(x); }

Float dlc::math::cubeRoot(Float x) {
  Float size = abs(x);
  Mask tiny = size < 0x1p-100;
  Float a = select(tiny, size * 0x1p24, size);
  // A guess at 1 / cbrt(a) from a third of the exponent, then Halley's steps,
  // which cube the error: 5%, 2^-10, 2^-28.
  Int third = multiplyHigh(bitsOf(a), x.e->integer(0x55555556));
  Float r = floatOf(0x54a2fa8c - third);
  for (int step = 0; step < 2; ++step) {
    Float error = 1 - (a * r) * (r * r);
    r = mad(r * error, mad(error, 2.0 / 9, 1.0 / 3), r);
  }
  // cbrt(a) = a r^2, and one correction of it, by quarters, since root^3 may be
  // just out of range.
  Float square = r * r;
  Float root = a * square;
  Float rest = a * 0.25 - root * root * (root * 0.25);
  root = mad(rest, square * (4.0 / 3), root);
  root = select(tiny, root * 0x1p-8, root);
  Mask ordinary = (size > 0.0) & (size < infinity);
  return select(ordinary, copysign(root, x), x);
}
