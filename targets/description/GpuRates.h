//===- GpuRates.h - What a GPU is fast at -----------------------*- C++ -*-===//

#ifndef DLC_TARGETS_DESCRIPTION_GPURATES_H
#define DLC_TARGETS_DESCRIPTION_GPURATES_H

#include "targets/description/TargetInfo.h"

namespace dlc::targets {

/// Whether a GPU's arithmetic on halves is no slower than on float32; where it
/// is not, halves are what is stored and float32 what is computed in.
inline bool hasFastHalves(const TargetInfo &target) {
  return target.hasGpu() && target.gpuHalfRate >= 1;
}

/// From the end of a launch to the beginning of the next within a graph: 5 us
/// at 1.3 GHz.
inline constexpr double kLaunchCycles = 6500;

/// Of the memory's bandwidth, what streams get.
inline constexpr double kStreamShare = 0.75;

} // namespace dlc::targets

#endif
