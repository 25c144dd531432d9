//===- Rounding.cpp - Integral values and remainders ----------------------===//

#include "codegen/math/Functions.h"

using namespace dlc::math;

namespace {

/// From here on every number is an integer.
double allIntegral(Float x) { return double(formatOf(x).hiddenBit()); }

/// |x| rounded to an integer, halves to even, where it is not large.
Float roundMagnitude(Float magnitude) {
  return (magnitude + allIntegral(magnitude)) - allIntegral(magnitude);
}

/// `rounded` with the sign of x; x itself where it is large or NaN.
Float orLarge(Float x, Float rounded) {
  return select(abs(x) < allIntegral(x), copysign(rounded, x), x);
}

} // namespace

Float dlc::math::roundToEven(Float x) {
  if (x.e->machine.rounding)
    return native(Instruction::RoundEven, x);
  return orLarge(x, roundMagnitude(abs(x)));
}

Float dlc::math::roundDown(Float x) {
  if (x.e->machine.rounding)
    return native(Instruction::Floor, x);
  Float nearest = copysign(roundMagnitude(abs(x)), x);
  return select(abs(x) < allIntegral(x), nearest - select(nearest > x, 1, 0.0),
                x);
}

Float dlc::math::roundUp(Float x) {
  if (x.e->machine.rounding)
    return native(Instruction::Ceil, x);
  Float nearest = copysign(roundMagnitude(abs(x)), x);
  return orLarge(x, nearest + select(nearest < x, 1, 0.0));
}

Float dlc::math::roundToZero(Float x) {
  if (x.e->machine.rounding)
    return native(Instruction::Trunc, x);
  Float magnitude = abs(x);
  Float nearest = roundMagnitude(magnitude);
  return orLarge(x, nearest - select(nearest > magnitude, 1, 0.0));
}

Float dlc::math::roundHalfAway(Float x) {
  // No machine of ours has it. The difference is exact.
  Float magnitude = abs(x);
  Float nearest = roundMagnitude(magnitude);
  Mask halfDown = magnitude - nearest >= 0.5;
  return orLarge(x, nearest + select(halfDown, 1, 0.0));
}

Float dlc::math::fmod(Float x, Float y) {
  Format format = formatOf(x);
  int64_t hidden = format.hiddenBit(), fractionMask = format.fractionMask();
  Emitter &e = *x.e;
  Int sizeX = bitsOf(abs(x)), sizeY = bitsOf(abs(y));
  // Sizes are m 2^(exponent - bias) with an integer m.
  int bias = format.exponentBias + format.mantissaBits;
  auto mantissa = [&](Int size) {
    return (size & fractionMask) | select(size < hidden, 0, e.integer(hidden));
  };
  auto exponent = [&](Int size) {
    return select(size < hidden, 1, shiftRight(size, format.mantissaBits));
  };
  Int mantissaY = mantissa(sizeY);
  mantissaY = select(mantissaY == 0, 1, mantissaY);
  Int exponentY = exponent(sizeY);
  // Long division, 8 bits a step: m stays below 2^24 (2^53), so that
  // 8 more fit.
  auto step = [&](Int m, Int count) {
    return remainder(m << count, mantissaY);
  };
  llvm::SmallVector<Int> state = e.loopWhileAny(
      {step(mantissa(sizeX), e.integer(0)), exponent(sizeX) - exponentY},
      [](llvm::ArrayRef<Int> state) { return !(state[1] < 1); },
      [&](llvm::ArrayRef<Int> state) {
        Int left = select(state[1] < 0, 0, state[1]);
        Int count = select(left < 8, left, 8);
        return llvm::SmallVector<Int>{step(state[0], count), left - count};
      });
  // Exact: the remainder is a multiple of the smaller exponent's unit.
  Float result =
      scale(toFloat(state[0]), (exponentY - bias) << format.mantissaBits);
  result = select(sizeX < sizeY, x, copysign(result, x));
  return select((abs(x) < infinity) & (abs(y) > 0.0), result, notANumber);
}
