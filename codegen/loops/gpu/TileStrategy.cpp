//===- TileStrategy.cpp - Tiles in shared memory as a strategy ------------===//

#include "codegen/loops/gpu/GpuStrategies.h"
#include "codegen/loops/gpu/SchedulePlan.h"
#include "codegen/loops/gpu/TileEmitter.h"

using namespace mlir;

namespace dlc::loops {

namespace {
std::unique_ptr<Plan> planTiles(const Problem &problem) {
  return planOf<GpuTileEmitter>(problem, scheduleGpuTiles(problem));
}
} // namespace

Strategy gpuTileStrategy() { return {"tiles", needsGpu, planTiles}; }

} // namespace dlc::loops
