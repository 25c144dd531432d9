//===- Place.h - A part of a storage under a shape --------------*- C++ -*-===//
//
// Arithmetic of strided views. Offsets and strides count elements.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_DIALECTS_STORAGE_PLACE_H
#define DLC_DIALECTS_STORAGE_PLACE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include <optional>

namespace dlc::storage {

using Sizes = llvm::SmallVector<int64_t>;

/// Row-major strides.
Sizes contiguousStrides(llvm::ArrayRef<int64_t> shape);

/// Where a value lies. Dimensions of size 1 have the stride a contiguous
/// value would have, so that equal places compare equal.
struct Place {
  unsigned storage = 0;
  int64_t offset = 0;
  Sizes shape, strides;

  static Place whole(unsigned storage, llvm::ArrayRef<int64_t> shape);

  bool isContiguous() const { return strides == contiguousStrides(shape); }

  /// The part of `sizes` elements from `starts` on.
  Place slice(llvm::ArrayRef<int64_t> starts,
              llvm::ArrayRef<int64_t> sizes) const;

  /// The same elements in the same order under another shape; nullopt when no
  /// strides express that.
  std::optional<Place> reshape(llvm::ArrayRef<int64_t> to) const;
};

} // namespace dlc::storage

#endif
