//===- Winograd.h - 3x3 convolutions with fewer multiplications -*- C++ -*-===//
//
// A stage that is a 3x3 convolution of stride 1 becomes three steps over a
// block of tiles: the input's tiles transformed, (m+2)^2 matrix products,
// the products transformed back with the epilogue applied in registers.
// Integers of 8 bits are transformed into 16 bits and summed in 32, exactly:
// all rows of the filter's transform are doubled, so that results are four
// times what they have to be.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_LOOPS_WINOGRAD_H
#define DLC_CODEGEN_LOOPS_WINOGRAD_H

#include "codegen/loops/strategy/Plan.h"
#include "codegen/loops/winograd/WinogradGeometry.h"

namespace dlc::loops {

/// What the operands are where they are integers.
struct WinogradIntegers {
  bool signedData = true, signedFilter = true;
  int64_t dataZero = 0, filterZero = 0;
  double cycles = 1; // of products of 16 bits, for each lane of a vector
};

struct WinogradPlan : WinogradDimensions {
  int64_t m = 4; // a tile has m x m outputs
  std::optional<WinogradIntegers> integers;
  TileRow rows, columns;
  /// What threads share: each chunk has its own scratch, for one block.
  int64_t rowsPerChunk = 0;
  /// A block of tiles is transformed, multiplied and transformed back at a
  /// time: rows of tiles or, where not even one fits, a part of one.
  int64_t rowsPerBlock = 0, columnsPerBlock = 0;

  int64_t points() const { return (m + 2) * (m + 2); }
  int64_t chunks() const {
    return (rows.count + rowsPerChunk - 1) / rowsPerChunk;
  }
  int64_t tilesPerBlock() const { return rowsPerBlock * columnsPerBlock; }
  /// Elements between the transformed values of two points. Not a power of
  /// two: those of one tile must not fall into one set of the cache.
  int64_t inputStride() const { return tilesPerBlock() * channels + 16; }
  int64_t productStride() const { return tilesPerBlock() * features + 16; }
  /// Bytes of a transformed element; products and results have four.
  int64_t inputBytes() const { return integers ? 2 : 4; }
  /// Of both buffers, for all chunks that may run at the same time.
  int64_t scratchBytes(int64_t threads) const {
    return (threads > 1 ? chunks() : 1) * points() *
           (inputStride() * inputBytes() + productStride() * 4);
  }
};

/// How to compute `nest`, a sum of products, by Winograd's algorithm; nullopt
/// when it is not such a convolution or there is not enough scratch memory.
std::optional<WinogradPlan> planWinograd(const Nest &nest,
                                         const Contraction &contraction,
                                         const Machine &machine);

/// What the plan takes, in cycles that multiply and add a vector each.
double cyclesOf(const WinogradPlan &plan, const Machine &machine);

Strategy winogradStrategy();

} // namespace dlc::loops

#endif
