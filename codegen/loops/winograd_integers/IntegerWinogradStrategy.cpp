//===- IntegerWinogradStrategy.cpp - Winograd on integers as a strategy ---===//

#include "codegen/loops/winograd_integers/IntegerWinograd.h"

namespace dlc::loops {

namespace {
class IntegerWinogradNest : public Plan {
public:
  IntegerWinogradNest(Nest &nest, IntegerWinogradPlan plan)
      : nest(nest), plan(std::move(plan)) {}

  double cycles() const override { return plan.instructionsInAll; }
  void emit(StageContext &context, std::optional<ChunkRange>) override {
    emitIntegerWinograd(context, nest, plan);
  }

private:
  Nest &nest;
  IntegerWinogradPlan plan;
};

bool isAvailable(const Machine &machine) {
  return integerFormOf(machine) != nullptr;
}

std::unique_ptr<Plan> planNest(const Problem &problem) {
  if (!problem.contraction)
    return nullptr;
  std::optional<IntegerWinogradPlan> plan = planIntegerWinograd(
      problem.nest, *problem.contraction, problem.stage, problem.machine);
  if (!plan)
    return nullptr;
  return std::make_unique<IntegerWinogradNest>(problem.nest, std::move(*plan));
}
} // namespace

Strategy integerWinogradStrategy() {
  return {"winograd of integers", isAvailable, planNest};
}

} // namespace dlc::loops
