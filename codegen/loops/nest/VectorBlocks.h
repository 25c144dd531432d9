//===- VectorBlocks.h - A dimension cut into blocks of vectors --*- C++ -*-===//

#ifndef DLC_CODEGEN_LOOPS_VECTORBLOCKS_H
#define DLC_CODEGEN_LOOPS_VECTORBLOCKS_H

#include "llvm/ADT/SmallVector.h"
#include <cstdint>

namespace dlc::loops {

/// One vector of a block: its first lane and its number of lanes (1: scalar),
/// of which the first `active` exist.
struct Piece {
  int64_t offset, lanes, active;
  bool isPartial() const { return active < lanes; }
};

/// `count` blocks of the vector dimension from `start` on, each of these
/// pieces.
struct VectorBlock {
  int64_t start, count, width;
  llvm::SmallVector<Piece> pieces;
  /// Parts that packed weights hold one after the other, each with the whole
  /// reduction, so that so many places are read at a time.
  int64_t streams = 1;
  /// Lanes of its pieces, also those that do not exist.
  int64_t paddedWidth() const {
    return pieces.back().offset + pieces.back().lanes;
  }
};

} // namespace dlc::loops

#endif
