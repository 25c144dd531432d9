//===- TileParts.h - Long sums of few tiles, in parts -----------*- C++ -*-===//
//
// Where a sum of products has fewer tiles than a GPU's multiprocessors want, a
// launch computes parts of each sum, as more tiles, and a second one adds them
// up in their order and takes them through the epilogue: the same bits each
// time.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_LOOPS_TILEPARTS_H
#define DLC_CODEGEN_LOOPS_TILEPARTS_H

#include "codegen/loops/gpu/TileSchedule.h"

namespace dlc::loops {

struct TileParts {
  int64_t count = 1;
  /// The parts' nest: that of all with one dimension more, `count` parts of a
  /// dimension summed up. Its results are [count][points].
  Nest nest;
  Contraction contraction;
  GpuTileSchedule tiles;

  // Of the second launch.
  llvm::SmallVector<unsigned> order; // parallel dimensions, the fastest last
  int64_t lanes = 1;                 // results of a thread side by side
  int64_t points = 1;
  LaunchCost addCost, cost; // `cost`: of both

  int64_t threads() const { return points / lanes; }
  int64_t scratchElements() const { return count * points; }
};

/// The cheapest parts; nullopt where the sum is no such product, or one launch
/// is no slower by the estimates.
std::optional<TileParts> planTileParts(const Problem &problem);

Strategy tilePartsStrategy();

} // namespace dlc::loops

#endif
