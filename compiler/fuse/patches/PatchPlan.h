//===- PatchPlan.h - Which stages to run patch by patch ---------*- C++ -*-===//
//
// An analysis of @main before its stages are outlined. The network is cut
// where one tensor alone is alive. Between two cuts the stages run as they
// are, or patch by patch: for each patch of the second cut's tensor, what it
// depends on is computed from the first one's, the halo again for each patch.
// Patches are put together, or summed up by a dense layer or a mean behind
// them.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_COMPILER_FUSE_PATCHES_PATCHPLAN_H
#define DLC_COMPILER_FUSE_PATCHES_PATCHPLAN_H

#include "compiler/fuse/patches/PatchWindow.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace dlc::fuse {

/// Patches of `rows` x `columns` elements of a tensor's first two spatial
/// dimensions (channels last); the last of a dimension may be smaller. A tensor
/// with one spatial dimension has patches of one column.
struct PatchGrid {
  int64_t rows = 0, columns = 0;           // of one patch
  int64_t countRows = 1, countColumns = 1; // patches along each dimension

  int64_t count() const { return countRows * countColumns; }
};

/// Consecutive ops whose last results in `cut`, the only value read after them.
struct PatchRegion {
  llvm::SmallVector<mlir::Operation *> ops; // in program order, no constants
  mlir::Value cut;
  /// What reads all of `cut`, patch by patch, so that it is never there as a
  /// whole (see PatchReduction.h); null where patches are put together.
  mlir::Operation *reduction = nullptr;
  unsigned stages = 0;
  PatchGrid grid;
  /// The image that the region makes of a frame, and the result of the stage
  /// that alone reads it; null where it makes none.
  mlir::Value image, reader;
  /// That stage makes so many rows at a time, and the image what these read; 0:
  /// those of a patch at once (see ImageBands.h).
  int64_t bandRows = 0;
};

struct PatchPlan {
  llvm::SmallVector<PatchRegion> regions;
  int64_t peakBytes = 0; // the largest estimate of bytes alive at one stage
  int64_t macs = 0, patchedMacs = 0; // of the network, before and after
  int64_t extraWork = 0;             // operations (see workOf)
  int64_t bytes = 0;                 // that the object has more of
};

/// The plan of least extra work that keeps every stage within `budget` bytes
/// of arena; if there is none, of all plans with the lowest peak the one of
/// least extra work. A network that fits, or that patches do not help, has a
/// plan without regions.
PatchPlan planPatches(mlir::func::FuncOp main, int64_t budget);

/// The plan of the lowest peak among those that cost next to nothing: at most a
/// hundredth of the network's work and of its flash, as far as that is known
/// here. Without regions where such a plan gains little.
PatchPlan planCheapPatches(mlir::func::FuncOp main);

/// The patches of a grid over `cut` as boxes, row by row.
llvm::SmallVector<llvm::SmallVector<Box>> patchesOf(mlir::Value cut,
                                                    const PatchGrid &grid);

/// The part of each op's result that `patch` of the region's cut depends on,
/// none where it depends on none (a scalar's box has no dimensions, which is
/// something else); nullopt when an op of the region cannot be computed in
/// parts.
std::optional<llvm::SmallVector<std::optional<Box>>>
propagate(const PatchRegion &region, const Box &patch);

} // namespace dlc::fuse

#endif
