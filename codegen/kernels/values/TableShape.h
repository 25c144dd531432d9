//===- TableShape.h - Tables of sums of signs --------------------*- C++
//-*-===//
//
// What kernel.table_columns is made of on all instruction sets.
//
// Of a group's elements x an entry is the sum of those whose bit is set and of
// 255 less the others, as bytes without a sign. It begins with the entry of no
// bit; an element then doubles what is there: 2 x - 255 more. Two entries, or
// those of two positions, share a word, and as halves are never below 0 or
// beyond 16 bits a sum of words is that of both.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_KERNELS_VALUES_TABLESHAPE_H
#define DLC_CODEGEN_KERNELS_VALUES_TABLESHAPE_H

#include <cstdint>

namespace dlc::kernels {

struct TableShape {
  bool signedLeft = true;
  int64_t positions = 1, group = 4; // elements of a group
  int64_t groups = 1, together = 1; // of the sum; tables of a section
  int64_t features = 1, block = 8;  // columns; that are looked up together
  int64_t magnitude = 1;            // of weights

  int64_t positionBytes() const { return groups * group; }
  /// Columns, of which the last block's may be none.
  int64_t lookedUp() const { return (features + block - 1) / block * block; }
  int64_t tableBytes() const { return (2 * positions) << group; }
  int64_t sectionBytes() const { return together * tableBytes(); }
  /// By how much an index is shifted to be an offset.
  int64_t entryShift() const { return positions == 2 ? 2 : 1; }
  int64_t mask() const { return ((int64_t(1) << group) - 1) << entryShift(); }

  /// In both halves of a word: what is added to 2 x, of elements as they are
  /// loaded, and what the entry of no bit is beside their sum.
  int64_t step() const { return (signedLeft ? 1 : -255) * kBothHalves; }
  int64_t start() const { return (signedLeft ? 127 : 255) * group; }
  static constexpr int64_t kBothHalves = 0x10001;
};

} // namespace dlc::kernels

#endif // DLC_CODEGEN_KERNELS_VALUES_TABLESHAPE_H
