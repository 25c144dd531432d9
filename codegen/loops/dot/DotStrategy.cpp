//===- DotStrategy.cpp - Sums of integers with features in lanes ----------===//

#include "codegen/loops/dot/DotStrategy.h"
#include "codegen/loops/dot/DotEmitter.h"

using namespace mlir;

namespace dlc::loops {

namespace {
class DotNest : public Plan {
public:
  DotNest(const Problem &problem, DotPlan plan)
      : nest(problem.nest), machine(problem.machine), plan(std::move(plan)) {}

  double cycles() const override { return plan.cycles; }
  /// What is gathered lies in one place, which threads cannot share.
  int64_t chunks() const override {
    return plan.gather ? 1 : chunksOf(nest, plan.schedule);
  }
  void emit(StageContext &context, std::optional<ChunkRange> range) override {
    // Padding is in what is gathered.
    nest.inputs[plan.data].guards.clear();
    DotEmitter(context, nest, plan, machine).emit(range);
  }

private:
  Nest &nest;
  Machine machine;
  DotPlan plan;
};

bool isAvailable(const Machine &machine) {
  return !dotFormsOf(machine).empty();
}

std::unique_ptr<Plan> planNest(const Problem &problem) {
  if (!problem.contraction)
    return nullptr;
  std::optional<DotPlan> plan = planDot(problem.nest, *problem.contraction,
                                        problem.stage, problem.machine);
  return plan ? std::make_unique<DotNest>(problem, std::move(*plan)) : nullptr;
}
} // namespace

Strategy dotStrategy() { return {"dot products", isAvailable, planNest}; }

} // namespace dlc::loops
