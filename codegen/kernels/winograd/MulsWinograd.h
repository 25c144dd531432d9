//===- MulsWinograd.h - Winograd's algorithm in Armv6-M's core --*- C++ -*-===//
//
// Bodies of naked functions with the arguments of the op of that name
// (dialects/kernel) in r0 to r3.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_KERNELS_MULSWINOGRAD_H
#define DLC_CODEGEN_KERNELS_MULSWINOGRAD_H

#include "codegen/kernels/core/MulsAssembly.h"

namespace dlc::kernels {

/// kernel.winograd_input of bytes to halfwords or words of one tile.
struct MulsWinogradInput {
  int64_t channels = 1;
  int64_t pixel = 1; // bytes between two pixels
  int64_t tiles = 1;
  int64_t bytes = 2; // of an element that is written
  bool isSigned = true;

  /// Why there is none, or null.
  const char *whyNot() const;
  std::string text() const;
};

/// kernel.winograd_columns of halfwords or words of one tile, and words of four
/// columns.
struct MulsWinogradColumns {
  int64_t channels = 1, features = 4;
  int64_t pixel = 4; // bytes between two results of a row
  int64_t bytes = 2; // of a point of the tile
  int64_t tiles = 1, block = 4;
  MulsRescale rescale;

  /// Why there is none, or null.
  const char *whyNot() const;
  std::string text() const;
};

} // namespace dlc::kernels

#endif // DLC_CODEGEN_KERNELS_MULSWINOGRAD_H
