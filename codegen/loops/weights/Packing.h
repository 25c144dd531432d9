//===- Packing.h - Constants in the order the innermost loop reads them ---===//
//
// A packed operand lies as [other dimensions][blocks of the vector dimension]
// [reduction dimensions][elements of one block]: the reduction reads one block
// after the other from one pointer. The last block is filled up with zeros to
// whole vectors where the target computes parts of vectors.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_LOOPS_PACKING_H
#define DLC_CODEGEN_LOOPS_PACKING_H

#include "codegen/loops/blocks/Schedule.h"

namespace dlc::loops {

/// How the elements of a 3x3 filter lie that Winograd's algorithm transforms
/// into [(m+2)^2, channels, features] before they are packed.
struct WinogradFilter {
  int64_t m, channels, features;
  int64_t channelStride, featureStride, rowStride, columnStride, start;
};

struct Packing;

/// The weights of a nest in block fixed point: 32-bit integers, as
/// [groups][blocks of features][reduction][one block], then the scale of each
/// channel. The last block of a group is filled with zeros.
struct BlockFixedConstant {
  unsigned bits = 0;
  bool limbs = false; // each integer as two halves
  int64_t features = 1, featureStride = 0, block = 1;

  int64_t paddedFeatures() const;
  int64_t channels(const Packing &packing) const; // of all groups
  int64_t elements(const Packing &packing) const;
};

struct Packing {
  unsigned argument = 0; // of the stage
  mlir::Type element;
  Linear source;                         // where an element was
  llvm::SmallVector<int64_t> sizes;      // of the nest's dimensions
  llvm::SmallVector<unsigned> outer;     // other parallel dimensions
  llvm::SmallVector<unsigned> reduction; // reduction dimensions
  unsigned vectorDim = 0;
  llvm::SmallVector<VectorBlock, 2> blocks;
  std::optional<WinogradFilter> winograd; // `source` is of the transformed
  std::optional<BlockFixedConstant> blockFixed;

  int64_t depth() const;    // elements of the reduction
  int64_t elements() const; // in all
  /// Where the first element of a block of `width` (padded) lies, as a function
  /// of the nest's dimensions (the vector dimension at the block's start).
  Linear address(int64_t width) const;

private:
  int64_t paddedSize() const; // of the vector dimension
};

/// Calls `fn` with the source position of each combination of `dims`, the last
/// varying fastest.
template <typename Fn>
void forEachPosition(const Packing &packing, llvm::ArrayRef<unsigned> dims,
                     int64_t base, Fn fn) {
  if (dims.empty()) {
    fn(base);
    return;
  }
  int64_t stride = packing.source.coefficients[dims.front()];
  for (int64_t i = 0; i < packing.sizes[dims.front()]; ++i)
    forEachPosition(packing, dims.drop_front(), base + i * stride, fn);
}

/// The packing of a packable input of a scheduled nest, or nullopt when it is
/// read in its own order.
std::optional<Packing> planPacking(const Nest &nest, const Access &access,
                                   const Schedule &schedule);

/// The packed elements of a constant; null if it has no data.
mlir::ElementsAttr packConstant(mlir::ElementsAttr constant,
                                const Packing &packing);

} // namespace dlc::loops

#endif
