//===- Winograd.h - 3x3 convolutions with fewer multiplications -*- C++ -*-===//
//
// A stage that is a 3x3 convolution of stride 1 becomes three steps over a
// block of tile rows: the input's tiles transformed, (m+2)^2 matrix products,
// the products transformed back with the epilogue applied in registers.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_LOOPS_WINOGRAD_H
#define DLC_CODEGEN_LOOPS_WINOGRAD_H

#include "codegen/loops/Packing.h"
#include "mlir/IR/Builders.h"

namespace dlc::loops {

/// Tiles [begin, end) along one spatial dimension that have elements
/// [low, high) of themselves inside the image.
struct TileSegment {
  int64_t begin, end, low, high;
};

struct WinogradPlan {
  int64_t m = 4; // a tile has m x m outputs
  // Dimensions of the nest.
  unsigned row = 0, column = 0, feature = 0, channel = 0;
  unsigned kernelRow = 0, kernelColumn = 0;
  int64_t channels = 0, features = 0;
  int64_t tileRows = 0, tileColumns = 0, rowsPerBlock = 0;
  llvm::SmallVector<TileSegment> inputRows, inputColumns;
  llvm::SmallVector<TileSegment> outputRows, outputColumns;

  int64_t points() const { return (m + 2) * (m + 2); }
  /// Blocks of tile rows, which are independent of each other.
  int64_t chunks() const {
    return (tileRows + rowsPerBlock - 1) / rowsPerBlock;
  }
  int64_t tilesPerBlock() const { return rowsPerBlock * tileColumns; }
  /// Elements between the transformed values of two points. Not a power of
  /// two: those of one tile must not fall into one set of the cache.
  int64_t inputStride() const { return tilesPerBlock() * channels + 16; }
  int64_t productStride() const { return tilesPerBlock() * features + 16; }
};

/// How to compute `nest` by Winograd's algorithm, or nullopt when it is not
/// such a convolution or would not become faster.
std::optional<WinogradPlan> planWinograd(const Nest &nest,
                                         const Machine &machine);

/// The filter as [points, channels, features], transformed.
mlir::ElementsAttr transformConstant(mlir::ElementsAttr filter,
                                     const WinogradFilter &layout);

/// Emits chunks [begin, end), two index values; `scratch` makes a buffer of so
/// many elements. Calls with other chunks may run at the same time when
/// `shared`. Returns how the filter's constant is to be packed.
Packing emitWinograd(mlir::OpBuilder &builder, Nest &nest,
                     const WinogradPlan &plan, const Machine &machine,
                     mlir::Value begin, mlir::Value end, bool shared,
                     llvm::function_ref<mlir::Value(int64_t)> scratch,
                     llvm::function_ref<Buffer(mlir::Value)> bufferOf);

} // namespace dlc::loops

#endif
