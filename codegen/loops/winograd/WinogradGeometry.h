//===- WinogradGeometry.h - Tiles of a 3x3 convolution ----------*- C++ -*-===//
//
// What Winograd's algorithm asks of a convolution, whatever its elements are.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_LOOPS_WINOGRADGEOMETRY_H
#define DLC_CODEGEN_LOOPS_WINOGRADGEOMETRY_H

#include "codegen/loops/nest/Contraction.h"

namespace dlc::loops {

/// The tiles along one spatial dimension.
struct TileRow {
  int64_t count = 0;
  int64_t padding = 0;           // zeros before the image
  int64_t input = 0, output = 0; // elements of the image and of the result
  /// Tiles whose inputs all lie in the image; tiles from 0 whose outputs all
  /// lie in the result.
  int64_t firstInside = 0, lastInside = 0, wholeOutputs = 0;
};

/// Dimensions of the nest, and two of their sizes.
struct WinogradDimensions {
  unsigned row = 0, column = 0, feature = 0, channel = 0;
  unsigned kernelRow = 0, kernelColumn = 0;
  int64_t channels = 0, features = 0;
  llvm::SmallVector<unsigned> outer; // positions around: images
};

/// The dimensions of a 3x3 convolution of stride 1 with a constant filter and
/// channels last, the image its first operand; nullopt for others.
std::optional<WinogradDimensions>
findWinogradDimensions(const Nest &nest, const Contraction &contraction);

/// Cuts spatial dimension `dim` into tiles of m outputs.
TileRow cutTiles(const Nest &nest, unsigned dim, int64_t m);

} // namespace dlc::loops

#endif
