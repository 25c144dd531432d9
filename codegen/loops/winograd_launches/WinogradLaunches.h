//===- WinogradLaunches.h - Winograd's algorithm on a GPU -------*- C++ -*-===//
//
// A 3x3 convolution of stride 1 in three launches: a thread transforms a tile
// of a few channels, tiles of a GPU multiply the matrices of all points, and a
// thread transforms a tile of a few features back, with the epilogue.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_LOOPS_WINOGRADLAUNCHES_H
#define DLC_CODEGEN_LOOPS_WINOGRADLAUNCHES_H

#include "codegen/loops/gpu/ThreadCode.h"
#include "codegen/loops/winograd/WinogradGeometry.h"

namespace dlc::loops {

struct WinogradLaunchPlan : WinogradDimensions {
  int64_t m = 4; // a tile has m x m outputs
  /// Tiles and filter are halves, the transforms and what is transformed back
  /// float32.
  bool isHalves = false;
  TileRow rows, columns;
  /// Channels and features side by side that a thread transforms.
  int64_t channelLanes = 1, featureLanes = 1;
  LaunchCost inputCost, outputCost, cost; // `cost`: of all three

  double operandBytes() const { return isHalves ? 2 : 4; }
  int64_t points() const { return (m + 2) * (m + 2); }
  int64_t tiles() const { return rows.count * columns.count; }
  /// Elements from one point to the next.
  int64_t inputStride() const { return tiles() * channels; }
  int64_t productStride() const { return tiles() * features; }
  int64_t inputThreads() const { return tiles() * channels / channelLanes; }
  int64_t outputThreads() const { return tiles() * features / featureLanes; }
};

/// The sums of up to four halves of a tile are stored as halves divided by
/// this, and the filter times it: they leave the range of halves no sooner than
/// the image does.
inline constexpr double kHalvesFactor = 4;

/// The cheaper of tiles of 4 x 4 and of 2 x 2 outputs; of halves 2 x 2, whose
/// transforms only add and lose the fewest digits. nullopt where the nest is no
/// such convolution of float32, or of halves that are added up in float32 on a
/// chip that is fast at them.
std::optional<WinogradLaunchPlan> planWinogradLaunches(const Problem &problem);

Strategy winogradLaunchStrategy();

} // namespace dlc::loops

#endif
