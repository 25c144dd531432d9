//===- Power.cpp - x^y ----------------------------------------------------===//
//
// x^y = 2^(y log2(x)). The product is as large as 150 (1075) and its absolute
// error becomes the result's relative error, so log2(x) is needed to 2^-33
// (2^-65): pairs of numbers, the second the rounding error of the first.
//
//===----------------------------------------------------------------------===//

#include "codegen/math/Functions.h"

using namespace dlc::math;

namespace {

/// log2(x) for finite x > 0.
Pair logarithm2OfPositive(Float x) {
  Mantissa split = splitMantissa(x);
  // With m = 1 + f and q = f / (2 + f): log2(m) = 2 atanh(q) / log(2).
  Pair denominator = sum(x.e->real(2), split.f);
  Float reciprocal = 1 / denominator.high;
  Float quotient = split.f * reciprocal;
  Pair back = product(quotient, denominator.high);
  Float rest = ((split.f - back.high) - back.low) - quotient * denominator.low;
  Pair q = {quotient, rest * reciprocal};
  Pair t = product(q, q);
  // q (C1 + t (C3 + t tail(t))): C1 = 2 / log(2) and C3 = C1 / 3 as pairs
  bool wide = x.e->width() == 64;
  Float tail =
      t.high * (wide
                    ? horner(t.high, {0.57707801635558509, 0.41219858311134572,
                                      0.32059889791277985, 0.26230819865914001,
                                      0.22195227022408667, 0.19240132942563559,
                                      0.16845132856212372, 0.17281917015830511})
                    : horner(t.high, {0.577079356, 0.411921769, 0.33632341}));
  Pair c3 = sum(x.e->real(wide ? 0.96179669392597555 : 0.961796700954), tail);
  c3.low = c3.low + (wide ? 5.0577616648125907e-17 : -7.02846181255e-9);
  Pair cubic = product(c3, t);
  Pair c1 =
      sum(x.e->real(wide ? 2.885390081777926774 : 2.88539004326), cubic.high);
  c1.low =
      c1.low + (cubic.low + (wide ? 4.0710547481862066e-17 : 3.851926067e-8));
  Pair fraction = product(q, c1);
  Pair whole = sum(split.e, fraction.high);
  return sum(whole.high, whole.low + fraction.low);
}

struct Exponent {
  /// y = high + low, low negligible beside high but for its share of a
  /// product's 24 bits.
  Float high, low;
  Mask integral, odd;
};

Float powerOf(Float x, Exponent y) {
  Float base = abs(x);
  Pair log = logarithm2OfPositive(base);
  Pair p = product(y.high, log.high);
  p.low = p.low + mad(y.high, log.low, y.low * log.high);
  // Beyond it the result is 0 or infinity and the low part may be NaN.
  double limit = x.e->width() == 64 ? 1100 : 200;
  Float low = select(abs(p.high) < limit, p.low, 0.0);
  Float high = clampBelow(clampAbove(p.high, limit), -limit);
  Fraction split = splitBinary(high);
  Float value =
      scale(exponential2NearZero(split.fraction + low), split.exponent);

  Mask zero = base == 0, infinite = base == infinity;
  Mask growing = y.high > 0.0;
  Float atLimit =
      select(growing, select(zero, 0.0, infinity), select(zero, infinity, 0.0));
  value = select(zero | infinite, atLimit, value);
  value = select((base == 1) & (abs(y.high) == infinity), 1, value);
  // Negative bases: the sign of an odd power; no other but integral powers.
  Mask negative = bitsOf(x) < 0;
  value = select(negative & y.odd, -value, value);
  value =
      select((x < 0.0) & (base < infinity) & !y.integral, notANumber, value);
  value = select(isNaN(x) | isNaN(y.high), x + y.high, value);
  return select((x == 1) | (y.high == 0), 1, value);
}

} // namespace

Float dlc::math::power(Float x, Float y) {
  Float half = y * 0.5;
  Mask integral = roundToEven(y) == y;
  Mask odd = integral & !(roundToEven(half) == half);
  return powerOf(x, {y, x.e->real(0), integral, odd});
}

Float dlc::math::powerOfInteger(Float x, Int n) {
  Mask always = n == n;
  Mask odd = (n & 1) != 0;
  if (x.e->width() == 64)
    return powerOf(x, {toFloat(n), x.e->real(0), always, odd});
  // Up to 2^24 a float holds it, beyond that 24 bits and the rest.
  Mask small = below(n + (1 << 24), x.e->integer(1 << 25));
  Float high = toFloat(select(small, n, n & ~int64_t(0xff)));
  Float low = toFloat(select(small, 0, n & 0xff));
  return powerOf(x, {high, low, always, odd});
}

std::optional<Float> dlc::math::powerOfConstant(Float x, double y) {
  if (y == 0)
    return x.e->real(1);
  if (y == 1)
    return x;
  if (y == 2)
    return x * x;
  if (y == 3)
    return x * x * x;
  if (y == -1)
    return 1 / x;
  // Roots differ from powers for the zero and the infinity that are negative.
  auto atLimits = [&](Float value) {
    return select(x == -infinity, infinity, value);
  };
  if (y == 0.5)
    return atLimits(squareRoot(x) + 0.0);
  if (y == 1.5)
    return atLimits(x * squareRoot(x));
  if (y == 0.75 && x.e->width() == 32) {
    // sqrt(x sqrt(x)): the outer root halves the errors of what is inside,
    // which is kept in range by powers of 16.
    Mask large = x > 0x1p64, small = x < 0x1p-64;
    auto pick = [&](double ifLarge, double ifSmall) {
      return select(large, ifLarge, select(small, ifSmall, x.e->real(1)));
    };
    Float scaled = x * pick(0x1p-64, 0x1p96);
    Float root = squareRoot(scaled * squareRoot(scaled));
    return atLimits(root * pick(0x1p48, 0x1p-72) + 0.0);
  }
  return std::nullopt;
}

Int dlc::math::integerPower(Int x, Int n) {
  Emitter &e = *x.e;
  // Square and multiply, over the bits of n taken as unsigned.
  llvm::SmallVector<Int> state = e.loopWhileAny(
      {e.integer(1), x, n},
      [](llvm::ArrayRef<Int> state) { return state[2] != 0; },
      [](llvm::ArrayRef<Int> state) {
        Int factor = select((state[2] & 1) != 0, state[1], 1);
        return llvm::SmallVector<Int>{state[0] * factor, state[1] * state[1],
                                      shiftRight(state[2], 1)};
      });
  // Inverses are integers for 1 and -1 only, whose powers of a negative n and
  // of n as unsigned agree.
  Mask unit = below(x + 1, e.integer(3)) & (x != 0);
  return select((n < 0) & !unit, 0, state[0]);
}
