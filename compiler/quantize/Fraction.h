//===- Fraction.h - Exact fractions of 128 bits -----------------*- C++ -*-===//
//
// Scales are floats, and so are their products and quotients fractions: what
// is decided with these is decided exactly. One that needs more bits is
// `inexact`, and so is all that is computed with it; comparisons with it are
// false.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_COMPILER_QUANTIZE_FRACTION_H
#define DLC_COMPILER_QUANTIZE_FRACTION_H

#include "llvm/ADT/APFloat.h"

namespace dlc::quantize {

using Wide = __int128;

/// The quotient towards minus and plus infinity; the divisor is positive.
Wide floorDiv(Wide a, Wide b);
Wide ceilDiv(Wide a, Wide b);

/// What floorDiv leaves: 0 to modulus - 1; the modulus is positive.
Wide modulo(Wide a, Wide modulus);

class Fraction {
public:
  Fraction(int64_t value = 0) : num(value) {}
  /// In lowest terms, with a positive denominator.
  Fraction(Wide numerator, Wide denominator);
  /// Inexact for infinities and NaN, and beyond about 2^+-120.
  static Fraction of(const llvm::APFloat &value);
  static Fraction of(double value) { return of(llvm::APFloat(value)); }
  static Fraction inexact() { return {0, 0}; }

  bool isExact() const { return den != 0; }
  bool isInteger() const { return den == 1; }
  bool isZero() const { return isExact() && num == 0; }
  bool isPositive() const { return isExact() && num > 0; }
  bool isNegative() const { return isExact() && num < 0; }
  Wide numerator() const { return num; }
  Wide denominator() const { return den; }

  Fraction operator-() const;
  Fraction operator+(const Fraction &other) const;
  Fraction operator-(const Fraction &other) const { return *this + -other; }
  Fraction operator*(const Fraction &other) const;
  Fraction operator/(const Fraction &other) const;
  bool operator==(const Fraction &other) const {
    return isExact() && other.isExact() && num == other.num && den == other.den;
  }
  bool operator!=(const Fraction &other) const { return !(*this == other); }
  bool operator<(const Fraction &other) const {
    return (*this - other).isNegative();
  }

  /// Towards minus infinity, plus infinity, and to the nearest with halves to
  /// even. Undefined for an inexact one.
  Wide floor() const { return floorDiv(num, den); }
  Wide ceil() const { return ceilDiv(num, den); }
  Wide roundHalfEven() const;
  /// The nearest double or one beside it.
  double approximate() const;

private:
  Wide num = 0, den = 1;
};

} // namespace dlc::quantize

#endif
