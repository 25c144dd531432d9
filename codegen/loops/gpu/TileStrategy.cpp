//===- TileStrategy.cpp - Tiles in shared memory as a strategy ------------===//

#include "codegen/loops/gpu/GpuStrategies.h"
#include "codegen/loops/gpu/TileEmitter.h"

using namespace mlir;

namespace dlc::loops {

namespace {
class TilePlan : public Plan {
public:
  TilePlan(const Problem &problem, GpuTileSchedule schedule)
      : problem(problem), schedule(std::move(schedule)) {}

  double cycles() const override { return schedule.cost.cycles; }
  void emit(StageContext &context, std::optional<ChunkRange>) override {
    GpuTileEmitter(context, problem, schedule).emit();
  }

private:
  Problem problem;
  GpuTileSchedule schedule;
};

bool isAvailable(const Machine &machine) { return machine.hasGpu(); }

std::unique_ptr<Plan> planTiles(const Problem &problem) {
  std::optional<GpuTileSchedule> schedule = scheduleGpuTiles(problem);
  if (!schedule)
    return nullptr;
  return std::make_unique<TilePlan>(problem, std::move(*schedule));
}
} // namespace

Strategy gpuTileStrategy() { return {"tiles", isAvailable, planTiles}; }

} // namespace dlc::loops
