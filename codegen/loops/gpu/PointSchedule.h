//===- PointSchedule.h - Points of a nest and the threads for them -*- C++ -*-//

#ifndef DLC_CODEGEN_LOOPS_POINTSCHEDULE_H
#define DLC_CODEGEN_LOOPS_POINTSCHEDULE_H

#include "codegen/loops/gpu/ThreadCode.h"

namespace dlc::loops {

inline constexpr int64_t kWarp = 32;
/// Cycles in which the threads of a block meet and one reads what another
/// wrote.
inline constexpr double kMeetingCycles = 60;

/// Bytes that the L2 cache gives a multiprocessor in a cycle.
inline constexpr double kCacheBytes = 64;

struct PointSchedule {
  llvm::SmallVector<unsigned> order; // parallel dimensions, the fastest last
  llvm::SmallVector<unsigned> reduction;
  int lanesDim = -1; // of elements that a thread has side by side
  int64_t lanes = 1, points = 1;

  /// The dimension along which neighbouring threads have points; -1: there is
  /// one point.
  int along() const {
    return order.empty() ? -1 : static_cast<int>(order.back());
  }
};

/// `packs`: constants whose layout is ours do not decide about the elements
/// side by side.
PointSchedule schedulePoints(const Problem &problem, bool packs = false);

/// Threads of a block of so many in all: few where not all multiprocessors
/// would have blocks.
int64_t threadsOfBlock(int64_t threads, const Machine &machine);

/// What a launch of so many threads in blocks of so many takes, each of so many
/// steps of `lanes` elements, with neighbouring threads along dimension `d`
/// (-1: one thread).
LaunchCost threadCost(const Problem &problem, int64_t threads, int64_t ofBlock,
                      double steps, int64_t lanes, int d);

} // namespace dlc::loops

#endif
