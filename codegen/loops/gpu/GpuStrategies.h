//===- GpuStrategies.h - The ways to compute a nest on a GPU ----*- C++ -*-===//

#ifndef DLC_CODEGEN_LOOPS_GPUSTRATEGIES_H
#define DLC_CODEGEN_LOOPS_GPUSTRATEGIES_H

#include "codegen/loops/strategy/Plan.h"

namespace dlc::loops {

/// Sums of products in tiles that the threads of a block share.
Strategy gpuTileStrategy();
/// Windows whose elements a thread loads once for several positions.
Strategy patchStrategy();
/// Long reductions of few points, shared by threads.
Strategy splitStrategy();
/// A thread for each point, or for four: any nest.
Strategy pointStrategy();

} // namespace dlc::loops

#endif
