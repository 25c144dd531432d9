//===- PatchAxis.h - Patches along one dimension ----------------*- C++ -*-===//
//
// Windows of the two dimensions of an image are independent, so that a grid of
// patches costs no more to judge than its rows and its columns.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_COMPILER_FUSE_PATCHES_PATCHAXIS_H
#define DLC_COMPILER_FUSE_PATCHES_PATCHAXIS_H

#include "compiler/fuse/patches/ImageBands.h"
#include <vector>

namespace dlc::fuse {

/// A way to cut one dimension: for each op of a region the elements of its
/// result over the whole other dimension, of the largest patch and of all.
struct AxisCut {
  int64_t size = 0, count = 0; // of one patch, patches
  int64_t shapes = 0;          // in which patches differ
  llvm::SmallVector<int64_t> most, sum;
  /// Of the result that is made of an image: what each patch has of it. Of the
  /// image itself the most that one has.
  llvm::SmallVector<Interval> read;
  int64_t imageMost = 0;
  std::optional<ImageBands> bands; // of rows, if the image is made in them
};

/// Ways to cut the rows, or the columns, of a region, of more and more patches
/// up to those that do more than `mostWork` again.
std::vector<AxisCut> cutsOfAxis(const PatchRegion &region, bool isRow,
                                int64_t mostWork);

/// The same patches of rows, whose image is made in bands; nullopt where that
/// changes nothing.
std::optional<AxisCut> inBands(const PatchRegion &region, const AxisCut &row,
                               const AxisCut &column);

/// Elements of the result of op `i` that patches of some rows and columns have,
/// of `whole` elements.
int64_t partOf(llvm::ArrayRef<int64_t> row, llvm::ArrayRef<int64_t> column,
               llvm::ArrayRef<int64_t> whole, size_t i);

/// Of `operations` on a whole tensor of `all` elements, what patches with
/// `elements` together do more.
int64_t extraOf(int64_t operations, int64_t elements, int64_t all);

} // namespace dlc::fuse

#endif
