//===- BlockFixedNumbers.h - Numbers of block fixed point -------*- C++ -*-===//
//
// An integer i of a block with exponent e and b bits stands for
// i * 2^(e - 126 - b): e is the biased exponent of the block's largest
// magnitude, so that |i| <= 2^b.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_LOOPS_BLOCKFIXEDNUMBERS_H
#define DLC_CODEGEN_LOOPS_BLOCKFIXEDNUMBERS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include <cstdint>

namespace dlc::loops {

/// One channel's weights.
struct FixedBlock {
  llvm::SmallVector<int32_t> integers;
  int32_t exponent = 0;
};

/// Rounds to nearest, but nothing that is not zero to zero: what infinity times
/// a weight gives depends on it. All values are finite.
FixedBlock makeFixedBlock(llvm::ArrayRef<float> values, unsigned bits);

/// Where there is no long multiplication an integer is high * 2^kLimbBits + low
/// with |low| <= 2^(kLimbBits - 1), kept as high << 16 | low. A product is that
/// of the high halves and those of high and low ones; that of the low halves is
/// left out, less than a unit of the integers times the largest.
constexpr unsigned kLimbBits = 13;
int32_t toLimbs(int32_t integer);
/// So many sums of two products of halves of up to 2^kLimbBits and
/// 2^(kLimbBits - 1) stay below 2^31.
constexpr int64_t kLimbTerms = 31;

/// What is kept of a channel's exponent: with that of the activations it makes
/// up the scale u of their sum s, which is worth s * 2^(u - kScaleOfSum).
constexpr int32_t weightScale(int32_t exponent, unsigned bits) {
  return exponent - 63 - 2 * static_cast<int32_t>(bits);
}
constexpr int32_t kScaleOfSum = 189;

/// Activations' blocks have at least this exponent, so that zeros and
/// denormals, whose exponent is 0, are shifted out.
constexpr int32_t kSmallestExponent = 32;

} // namespace dlc::loops

#endif
