//===- StageSchedule.h - Live bytes of an order of stages -------*- C++ -*-===//
//
// What the order of calls in @main costs in memory, and a search for a better
// one. Changes nothing.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_COMPILER_FUSE_STAGESCHEDULE_H
#define DLC_COMPILER_FUSE_STAGESCHEDULE_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace dlc::fuse {

/// Calls and the storage they read and write. Views share their source's
/// storage; what producers write into a concatenation in place lies in the
/// concatenation's storage.
struct StageGraph {
  struct Storage {
    int64_t bytes = 0; // 0 when the caller of the network owns it
    llvm::SmallVector<unsigned> writers, readers;
    bool escapes = false; // read after the last call
  };
  struct Call {
    mlir::func::CallOp op;
    llvm::SmallVector<unsigned> reads, writes;
    llvm::SmallVector<unsigned> predecessors;
    /// Storages whose bytes the result may take over if they die here.
    llvm::SmallVector<unsigned> inplace;
  };
  std::vector<Storage> storages;
  std::vector<Call> calls;

  StageGraph() = default;
  explicit StageGraph(mlir::func::FuncOp main);
};

using StageOrder = llvm::SmallVector<unsigned>;

/// The largest sum of live bytes when calls are executed in `order`.
int64_t peakBytes(const StageGraph &graph, llvm::ArrayRef<unsigned> order);

/// The sum of live bytes at each call of `order`.
std::vector<int64_t> liveBytesPerCall(const StageGraph &graph,
                                      llvm::ArrayRef<unsigned> order);

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
/// the fewer sets), the better of a greedy order and theirs.
StageOrder frugalOrder(const StageGraph &graph, unsigned maxStates);

} // namespace dlc::fuse

#endif
