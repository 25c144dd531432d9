//===- PatchMemory.h - Bytes alive in parts of the network ------*- C++ -*-===//
//
// An analysis of @main before its stages are outlined: where it can be cut in
// two, and what runs between two cuts keep alive, as they are or for a patch.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_COMPILER_FUSE_PATCHMEMORY_H
#define DLC_COMPILER_FUSE_PATCHMEMORY_H

#include "compiler/fuse/PatchPlan.h"
#include "compiler/fuse/StageGroups.h"
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

/// Bytes alive at each stage of `main` once its stages are outlined.
std::vector<int64_t> liveBytesAsOutlined(mlir::func::FuncOp main);

class RegionMemory {
public:
  /// `main` has no op that nobody reads.
  explicit RegionMemory(mlir::func::FuncOp main);

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
  /// A stage: what it writes, reads, and may write over.
  struct Use {
    int64_t position; // of its last op
    mlir::Value result;
    llvm::SmallVector<mlir::Value> reads, inplace;
  };

  void findRoots();
  void findUses();
  void findCuts();
  mlir::Value rootOf(mlir::Value value) const;
  mlir::Operation *reductionBefore(unsigned cut) const;
  llvm::ArrayRef<Use> usesBetween(unsigned from, unsigned to) const;

  mlir::func::FuncOp main;
  std::vector<mlir::Operation *> ops; // no constants
  llvm::DenseMap<mlir::Operation *, int64_t> position;
  std::vector<StageGroup> groups;
  std::vector<Use> uses;
  std::vector<int64_t> liveBytes; // at each stage as it is
  std::vector<NetworkCut> allCuts;
  /// What a view shares its memory with.
  llvm::DenseMap<mlir::Value, mlir::Value> roots;
};

} // namespace dlc::fuse

#endif
