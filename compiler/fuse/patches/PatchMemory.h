//===- PatchMemory.h - Bytes alive in parts of the network ------*- C++ -*-===//
//
// An analysis of @main before its stages are outlined: where it can be cut in
// two, and what runs between two cuts keep alive, as they are or for a patch.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_COMPILER_FUSE_PATCHES_PATCHMEMORY_H
#define DLC_COMPILER_FUSE_PATCHES_PATCHMEMORY_H

#include "compiler/fuse/StageGroups.h"
#include "compiler/fuse/StageSchedule.h"
#include "compiler/fuse/patches/PatchPlan.h"
#include "llvm/ADT/DenseMap.h"
#include <vector>

namespace dlc::fuse {

/// Behind the op at `position` (-1: before all) `value` alone is alive; none
/// at the start, and at the end unless it is the network's one result.
struct NetworkCut {
  int64_t position = -1;
  mlir::Value value;
  int64_t bytes = 0; // in the arena
};

class RegionMemory {
public:
  /// `main` has no op that nobody reads. With a number of bytes that are
  /// enough, stages as they are run in the order that dlc-order-stages will
  /// find for more, else as they stand.
  RegionMemory(mlir::func::FuncOp main, std::optional<int64_t> enough);

  /// The first is the start, the last one the end.
  llvm::ArrayRef<NetworkCut> cuts() const { return allCuts; }
  /// Multiply-accumulates of the network, and all its operations.
  int64_t macs() const;
  int64_t constantBytes() const;
  int64_t work() const;

  /// The most bytes alive at a stage between cut `i` and the next one.
  int64_t peakBetween(unsigned i) const;

  /// The ops between two cuts; nullopt where another value than the second
  /// cut's is read outside. If the last stage is a reduction of the cut before
  /// it, the ops end there.
  std::optional<PatchRegion> region(unsigned from, unsigned to) const;

  /// The most bytes alive between two cuts while a patch is computed that
  /// needs `elements` of each op's result.
  int64_t peakOfPatch(unsigned from, unsigned to,
                      const llvm::DenseMap<mlir::Value, int64_t> &elements);

private:
  void findCuts();
  unsigned storageOf(mlir::Value value) const {
    return placement.placeOf(value).storage;
  }
  mlir::Operation *reductionBefore(unsigned cut) const;
  /// The stages and copies behind a cut, up to and with another one.
  StageRange callsBetween(unsigned from, unsigned to) const;
  unsigned stagesBetween(unsigned from, unsigned to) const;

  mlir::func::FuncOp main;
  std::vector<mlir::Operation *> ops; // no constants
  llvm::DenseMap<mlir::Operation *, int64_t> position;
  std::vector<storage::StageUse> uses;
  storage::Placement placement;
  StageGraph graph;
  std::vector<int64_t> liveBytes; // at each call as it is
  std::vector<NetworkCut> allCuts;
};

} // namespace dlc::fuse

#endif
