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
  // The upper half of a mantissa, and the rest: their products are exact.
  int64_t lower = a.e->width() == 64 ? 0x7ffffff : 0xfff;
  auto upper = [&](Float x) { return floatOf(bitsOf(x) & ~lower); };
  Float aHigh = upper(a), bHigh = upper(b);
  Float aLow = a - aHigh, bLow = b - bHigh;
  Float rest = (aHigh * bHigh - high) + aHigh * bLow + aLow * bHigh;
  return {high, rest + aLow * bLow};
}

Pair dlc::math::product(Pair a, Pair b) {
  Pair p = product(a.high, b.high);
  return {p.high, p.low + mad(a.high, b.low, a.low * b.high)};
}
