//===- KernelStrategies.cpp - Kernels as strategies -----------------------===//

#include "codegen/loops/kernels/KernelStrategies.h"
#include "codegen/loops/kernels/KernelEmitter.h"
#include "codegen/loops/strategy/Cost.h"

namespace dlc::loops {

namespace {
/// A nest whose tiles `Emitter` makes kernels of.
template <typename Emitter> class NestOfKernels : public Plan {
public:
  NestOfKernels(const Problem &problem, KernelSchedule chosen)
      : nest(problem.nest), schedule(std::move(chosen)),
        bias(biasOfRows(nest, problem.contraction, schedule.vectorDim)),
        cost(arithmeticCycles(nest, schedule.vectorDim, problem.machine)) {}

  double cycles() const override { return cost; }
  int64_t chunks() const override { return chunksOf(nest, schedule); }
  void emit(StageContext &context, std::optional<ChunkRange> range) override {
    Emitter(context, nest, schedule, bias).emit(range);
  }

private:
  Nest &nest;
  KernelSchedule schedule;
  int bias;
  double cost;
};

bool hasScalarKernels(const Machine &machine) {
  return machine.hasScalarKernels() && machine.loadMultiple > 0;
}
bool hasVectorKernels(const Machine &machine) {
  return machine.hasVectorKernels() && machine.loadMultiple > 0;
}

template <typename Emitter, typename Choose>
std::unique_ptr<Plan> planNest(const Problem &problem, Choose choose) {
  if (!problem.contraction)
    return nullptr;
  std::optional<KernelSchedule> schedule =
      choose(problem.nest, *problem.contraction, problem.machine);
  if (!schedule)
    return nullptr;
  return std::make_unique<NestOfKernels<Emitter>>(problem,
                                                  std::move(*schedule));
}

std::unique_ptr<Plan> planTiles(const Problem &problem) {
  return planNest<TileKernelEmitter>(problem, scheduleTileKernels);
}
std::unique_ptr<Plan> planRow(const Problem &problem) {
  return planNest<RowEmitter>(problem, scheduleRow);
}
} // namespace

Strategy tileKernelStrategy() {
  return {"tile kernels", hasScalarKernels, planTiles};
}
Strategy rowStrategy() { return {"rows", hasVectorKernels, planRow}; }

} // namespace dlc::loops
