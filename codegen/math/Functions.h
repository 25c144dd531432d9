//===- Functions.h - The expansions, one function for each
//-----------------===//
//
// Each is within 2 units in the last place of the true result for every
// argument (test/unit/codegen-math measures it), gives the limits of IEEE 754
// at infinities, zeros and poles, and propagates NaN. Coefficients are weighted
// minimax fits (minimax.py). All take binary32; those marked * binary64 too.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_MATH_FUNCTIONS_H
#define DLC_CODEGEN_MATH_FUNCTIONS_H

#include "codegen/math/Emitter.h"

#include <optional>

namespace dlc::math {

// Rounding.cpp
Float roundToEven(Float x); // *
Float roundDown(Float x);   // *
Float roundUp(Float x);     // *
Float roundToZero(Float x); // *
/// Halves away from zero.
Float roundHalfAway(Float x); // *
Float fmod(Float x, Float y); // *

// Roots.cpp
Float squareRoot(Float x);           // *
Float reciprocalSquareRoot(Float x); // *
Float cubeRoot(Float x);

// Exponential.cpp
Float exponential(Float x);  // *
Float exponential2(Float x); // *
Float exponentialMinus1(Float x);
Float hyperbolicSine(Float x);
Float hyperbolicCosine(Float x);
Float hyperbolicTangent(Float x); // *

// Logarithm.cpp
Float logarithm(Float x); // *
Float logarithm2(Float x);
Float logarithm10(Float x);
/// log(1 + x)
Float logarithm1p(Float x);

// InverseHyperbolic.cpp
Float inverseHyperbolicSine(Float x);
Float inverseHyperbolicCosine(Float x);
Float inverseHyperbolicTangent(Float x);

// ErrorFunction.cpp
Float errorFunction(Float x);

// Power.cpp
Float power(Float x, Float y); // *
/// x to a power known at compile time, where a few multiplications and square
/// roots do; none otherwise.
std::optional<Float> powerOfConstant(Float x, double y); // *
/// x to an integral power: exact in the exponent whatever its size.
Float powerOfInteger(Float x, Int n); // *
Int integerPower(Int x, Int n);

// Trigonometric.cpp
Float sine(Float x);
Float cosine(Float x);
Float tangent(Float x);

// InverseTrigonometric.cpp
Float arcSine(Float x);
Float arcCosine(Float x);
Float arcTangent(Float x);
Float arcTangent2(Float y, Float x);

// Pairs.cpp: numbers as the sum of a float and its rounding error.

struct Pair {
  Float high, low;
};

/// a + b exactly, for |a| >= |b| or a = 0.
Pair sum(Float a, Float b);
/// a b exactly, unless the error underflows.
Pair product(Float a, Float b);
/// a b to about 2^-46.
Pair product(Pair a, Pair b);

// Exponent.cpp: parts that several expansions share.

/// Where the parts of a number lie.
struct Format {
  int mantissaBits;
  int exponentBias;

  /// The leading one of a normal number, which its bits leave out.
  int64_t hiddenBit() const { return int64_t(1) << mantissaBits; }
  int64_t fractionMask() const { return hiddenBit() - 1; }
};
Format formatOf(Float x);

inline constexpr double infinity = __builtin_huge_val();
inline constexpr double notANumber = __builtin_nan("");

/// x = integral + fraction, |fraction| <= 1/2; `exponent` is `integral` shifted
/// into the exponent field. For |x| < 2^22 (2^51 in double precision).
struct Fraction {
  Float fraction, integral;
  Int exponent;
};
Fraction splitBinary(Float x);
/// The same for x / log(2): x = integral log(2) + fraction.
Fraction splitNatural(Float x);

/// 2^(n + bias) where it is a normal number; exponent as in Fraction.
Float powerOfTwo(Int exponent, int bias = 0);
/// p 2^n for p near 1 and n of one bit more than an exponent: overflows to
/// infinity and underflows through the subnormals, rounding once.
Float scale(Float p, Int exponent);

/// e^r for |r| <= log(2) / 2, and 2^r for |r| <= 1/2.
Float exponentialNearZero(Float r);
Float exponential2NearZero(Float r);

/// x = (1 + f) 2^e with 1 + f in [sqrt(1/2), sqrt(2)), for finite x > 0,
/// subnormals included.
struct Mantissa {
  Float f, e;
};
Mantissa splitMantissa(Float x);

} // namespace dlc::math

#endif // DLC_CODEGEN_MATH_FUNCTIONS_H
