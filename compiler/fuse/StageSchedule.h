//===- StageSchedule.h - Live bytes of an order of stages -------*- C++ -*-===//
//
// What the order of calls in @main costs in memory, and a search for a better
// one. Changes nothing.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_COMPILER_FUSE_STAGESCHEDULE_H
#define DLC_COMPILER_FUSE_STAGESCHEDULE_H

#include "dialects/storage/Placement.h"
#include <limits>

namespace dlc::fuse {

/// What takes part in stages that have no function yet.
std::vector<storage::StageUse> usesOfGroups(mlir::func::FuncOp main);

/// Stages, and the copies between them, and the storage that they read and
/// write (storage::Placement): the same for any order.
struct StageGraph {
  struct Storage {
    int64_t bytes = 0; // 0 when the caller of the network owns it
    llvm::SmallVector<unsigned> writers, readers;
    bool escapes = false; // read after the last call
  };
  struct Call {
    /// A call, the last op of a stage, or where something is copied: a view or
    /// the return.
    mlir::Operation *op = nullptr;
    bool isStage = true;
    llvm::SmallVector<unsigned> reads, writes;
    llvm::SmallVector<unsigned> predecessors;
    /// Storages whose bytes the result may take over if they die here; one that
    /// is larger, as that of a patch with its halo, in part: the plan lets
    /// results lie over what has been read (dlc-measure-overlap).
    llvm::SmallVector<unsigned> inplace;
  };
  std::vector<Storage> storages;
  std::vector<Call> calls;

  StageGraph() = default;
  StageGraph(mlir::func::FuncOp main, llvm::ArrayRef<storage::StageUse> uses);
  /// Of a placement without sharing.
  StageGraph(llvm::ArrayRef<storage::StageUse> uses,
             const storage::Placement &placement);
};

using StageOrder = llvm::SmallVector<unsigned>;

/// The largest sum of live bytes when calls are executed in `order`.
int64_t peakBytes(const StageGraph &graph, llvm::ArrayRef<unsigned> order);

/// The sum of live bytes at each call of `order`.
std::vector<int64_t> liveBytesPerCall(const StageGraph &graph,
                                      llvm::ArrayRef<unsigned> order);
/// The same in the order in which they stand.
std::vector<int64_t> liveBytesPerCall(const StageGraph &graph);

/// Calls [begin, end) that every order executes after all before `begin` and
/// before all from `end` on.
struct StageRange {
  unsigned begin = 0, end = 0;
};

/// The shortest such ranges, which an order can be chosen for one by one. In a
/// chain, with or without residual sums, each is one call. Calls come after
/// what they read.
std::vector<StageRange> independentRanges(const StageGraph &graph);

/// At each step the ready call that leaves the fewest bytes alive.
StageOrder greedyOrder(const StageGraph &graph);

/// An order of least peak; nullopt when more than `maxStates` sets of executed
/// calls had to be looked at.
std::optional<StageOrder> exactOrder(const StageGraph &graph,
                                     unsigned maxStates);

/// The order in which calls stand, but in the ranges that alone have a peak
/// above the least of all: there an order of least peak or, where the search
/// for it takes more than `maxStates` sets or too long (the larger the range,
/// the fewer sets), the better of a greedy order and theirs. A peak that need
/// not be as high as others whose stages something else is done about is
/// lowered to `enough` if it can be.
StageOrder frugalOrder(const StageGraph &graph, unsigned maxStates,
                       int64_t enough = std::numeric_limits<int64_t>::max());

/// Sets of executed stages to look at before giving up the exact search.
constexpr unsigned kMostStates = 100'000;

} // namespace dlc::fuse

#endif
