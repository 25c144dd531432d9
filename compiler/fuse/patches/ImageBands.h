//===- ImageBands.h - An image in fewer rows than a patch has ---*- C++ -*-===//
//
// What a patch reads of an image that is made of a camera's frame may be made
// some rows at a time: the stage that reads it makes its part of the patch band
// by band, and only the rows of a band are ever there.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_COMPILER_FUSE_PATCHES_IMAGEBANDS_H
#define DLC_COMPILER_FUSE_PATCHES_IMAGEBANDS_H

#include "compiler/fuse/patches/PatchPlan.h"

namespace dlc::fuse {

/// The ops of a region up to the stage that reads its image, as a region.
PatchRegion headOf(const PatchRegion &region);

/// Bands of `rows`, the last one of fewer.
llvm::SmallVector<Interval> bandsOf(Interval all, int64_t rows);

struct ImageBands {
  int64_t rows = 0;  // of the result of the stage that reads the image
  int64_t count = 0; // of all patches
  /// Of each op of the head but the last one, the elements of the largest band
  /// and of all, over all columns.
  llvm::SmallVector<int64_t> most, sum;
};

/// Bands of as many rows as have their image in a kilobyte, or of one row, for
/// patches that have such rows of the result of the stage that reads it and at
/// most `columns` of the image; nullopt where patches are as small as that.
std::optional<ImageBands> bandsOfImage(const PatchRegion &region,
                                       llvm::ArrayRef<Interval> patches,
                                       int64_t columns);

} // namespace dlc::fuse

#endif
