//===- Fraction.cpp - Exact fractions of 128 bits -------------------------===//

#include "compiler/quantize/Fraction.h"
#include "llvm/ADT/bit.h"
#include <cmath>

using namespace llvm;

namespace dlc::quantize {

using UnsignedWide = unsigned __int128;

static int countTrailingZeros(UnsignedWide a) {
  auto low = uint64_t(a);
  return low ? llvm::countr_zero(low)
             : 64 + llvm::countr_zero(uint64_t(a >> 64));
}

static UnsignedWide magnitude(Wide a) {
  return a < 0 ? -UnsignedWide(a) : UnsignedWide(a);
}

/// Euclid's, on odd parts: denominators of floats are mostly powers of two.
static UnsignedWide greatestDivisor(UnsignedWide a, UnsignedWide b) {
  if (a == 0 || b == 0)
    return a | b;
  int shift = std::min(countTrailingZeros(a), countTrailingZeros(b));
  a >>= countTrailingZeros(a);
  b >>= countTrailingZeros(b);
  while (b != 0) {
    UnsignedWide rest = a % b;
    a = b;
    b = rest;
  }
  return a << shift;
}

Wide floorDiv(Wide a, Wide b) {
  Wide quotient = a / b;
  return a % b < 0 ? quotient - 1 : quotient;
}

Wide ceilDiv(Wide a, Wide b) {
  Wide quotient = a / b;
  return a % b > 0 ? quotient + 1 : quotient;
}

Wide modulo(Wide a, Wide modulus) {
  Wide rest = a % modulus;
  return rest < 0 ? rest + modulus : rest;
}

Fraction::Fraction(Wide numerator, Wide denominator)
    : num(numerator), den(denominator) {
  constexpr UnsignedWide limit = UnsignedWide(1) << 127;
  if (den == 0 || magnitude(num) == limit || magnitude(den) == limit) {
    num = den = 0;
    return;
  }
  if (den < 0) {
    num = -num;
    den = -den;
  }
  if (den == 1)
    return;
  auto divisor = Wide(greatestDivisor(magnitude(num), magnitude(den)));
  num /= divisor;
  den /= divisor;
}

Fraction Fraction::of(const APFloat &value) {
  if (!value.isFinite())
    return inexact();
  // Of all formats, a double has the longest significand: 53 bits.
  APFloat wide = value;
  bool loses = false;
  wide.convert(APFloat::IEEEdouble(), APFloat::rmNearestTiesToEven, &loses);
  int exponent = 0;
  double significand = std::frexp(wide.convertToDouble(), &exponent);
  auto integer = int64_t(std::ldexp(significand, 53));
  exponent -= 53;
  if (loses || exponent < -173 || exponent > 70)
    return integer == 0 ? Fraction() : inexact();
  if (integer == 0)
    return {};
  int zeros = countTrailingZeros(magnitude(integer));
  integer >>= zeros;
  exponent += zeros;
  if (exponent < -125)
    return inexact();
  return exponent < 0 ? Fraction(integer, Wide(1) << -exponent)
                      : Fraction(integer) * Fraction(Wide(1) << exponent, 1);
}

Fraction Fraction::operator-() const {
  Fraction result = *this;
  result.num = -num;
  return result;
}

Fraction Fraction::operator+(const Fraction &other) const {
  if (!isExact() || !other.isExact())
    return inexact();
  // Over the least common denominator, which other products would leave.
  auto common =
      Wide(greatestDivisor(UnsignedWide(den), UnsignedWide(other.den)));
  Wide ours = other.den / common, theirs = den / common;
  Wide left = 0, right = 0, sum = 0, denominator = 0;
  if (__builtin_mul_overflow(num, ours, &left) ||
      __builtin_mul_overflow(other.num, theirs, &right) ||
      __builtin_add_overflow(left, right, &sum) ||
      __builtin_mul_overflow(den, ours, &denominator))
    return inexact();
  return {sum, denominator};
}

Fraction Fraction::operator*(const Fraction &other) const {
  if (!isExact() || !other.isExact())
    return inexact();
  Fraction crossed(num, other.den), rest(other.num, den);
  Wide numerator = 0, denominator = 0;
  if (!crossed.isExact() || !rest.isExact() ||
      __builtin_mul_overflow(crossed.num, rest.num, &numerator) ||
      __builtin_mul_overflow(crossed.den, rest.den, &denominator))
    return inexact();
  Fraction result;
  result.num = numerator;
  result.den = denominator;
  return result;
}

Fraction Fraction::operator/(const Fraction &other) const {
  return *this * Fraction(other.den, other.num);
}

Wide Fraction::roundHalfEven() const {
  Wide below = floorDiv(num, den);
  Wide rest = num - below * den; // 0 to den - 1
  bool up = rest > den - rest || (rest == den - rest && (below & 1));
  return up ? below + 1 : below;
}

double Fraction::approximate() const { return double(num) / double(den); }

} // namespace dlc::quantize
