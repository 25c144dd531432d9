//===- IntegerStrategy.cpp - Sums of integers as a strategy ---------------===//

#include "codegen/loops/integer/IntegerStrategy.h"
#include "codegen/loops/integer/IntegerEmitter.h"
#include "codegen/loops/integer/IntegerPlanes.h"

using namespace mlir;

namespace dlc::loops {

namespace {
class IntegerNest : public Plan {
public:
  IntegerNest(Nest &nest, IntegerPlan plan)
      : nest(nest), plan(std::move(plan)) {}

  double cycles() const override { return plan.fewestInstructions; }
  void emit(StageContext &context, std::optional<ChunkRange>) override {
    IntegerEmitter(context, nest, plan).emit();
  }

private:
  Nest &nest;
  IntegerPlan plan;
};

bool isAvailable(const Machine &machine) {
  return integerFormOf(machine) != nullptr;
}

std::unique_ptr<Plan> planNest(const Problem &problem) {
  if (!problem.contraction)
    return nullptr;
  std::optional<IntegerPlan> plan = planIntegers(
      problem.nest, *problem.contraction, problem.stage, problem.machine);
  if (!plan)
    return nullptr;
  return std::make_unique<IntegerNest>(problem.nest, std::move(*plan));
}
} // namespace

Strategy integerStrategy() { return {"integers", isAvailable, planNest}; }

namespace {
class NestOfPlanes : public Plan {
public:
  NestOfPlanes(Nest &nest, PlanesPlan plan)
      : nest(nest), plan(std::move(plan)) {}

  double cycles() const override { return plan.instructionsInAll; }
  void emit(StageContext &context, std::optional<ChunkRange>) override {
    emitPlanes(context, nest, plan);
  }

private:
  Nest &nest;
  PlanesPlan plan;
};

std::unique_ptr<Plan> planNestOfPlanes(const Problem &problem) {
  if (!problem.contraction)
    return nullptr;
  std::optional<PlanesPlan> plan = planPlanes(
      problem.nest, *problem.contraction, problem.stage, problem.machine);
  if (!plan)
    return nullptr;
  return std::make_unique<NestOfPlanes>(problem.nest, std::move(*plan));
}
} // namespace

Strategy integerPlanesStrategy() {
  return {"integer planes", isAvailable, planNestOfPlanes};
}

} // namespace dlc::loops
