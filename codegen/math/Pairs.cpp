//===- Pairs.cpp - Twice the precision ------------------------------------===//

#include "codegen/math/Functions.h"

using namespace dlc::math;

// Dekker, A floating-point technique for extending the available precision,
// 1971.
Pair dlc::math::sum(Float a, Float b) {
  Float high = a + b;
  return {high, b - (high - a)};
}

Pair dlc::math::product(Float a, Float b) {
  Float high = a * b;
  if (a.e->machine.fma)
    return {high, fused(a, b, -high)};
  // The upper 12 bits of a mantissa, and the rest: their products are exact.
  auto upper = [](Float x) { return floatOf(bitsOf(x) & ~int64_t(0xfff)); };
  Float aHigh = upper(a), bHigh = upper(b);
  Float aLow = a - aHigh, bLow = b - bHigh;
  Float rest = (aHigh * bHigh - high) + aHigh * bLow + aLow * bHigh;
  return {high, rest + aLow * bLow};
}

Pair dlc::math::product(Pair a, Pair b) {
  Pair p = product(a.high, b.high);
  return {p.high, p.low + mad(a.high, b.low, a.low * b.high)};
}
