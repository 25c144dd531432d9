//===- WindowStrategy.cpp - Sums of bytes on windows as a strategy --------===//

#include "codegen/loops/integer/WindowStrategy.h"
#include "codegen/loops/integer/WindowEmitter.h"

using namespace mlir;

namespace dlc::loops {

namespace {
class WindowNest : public Plan {
public:
  WindowNest(Nest &nest, WindowPlan plan) : nest(nest), plan(std::move(plan)) {}

  double cycles() const override { return plan.instructionsInAll; }
  void emit(StageContext &context, std::optional<ChunkRange>) override {
    WindowEmitter(context, nest, plan).emit();
  }

private:
  Nest &nest;
  WindowPlan plan;
};

bool isAvailable(const Machine &machine) {
  return machine.kernels == targets::KernelSet::Mve &&
         llvm::any_of(machine.forms, [](const targets::MultiplyAccumulate &of) {
           return of.instruction == "vmladava.s8";
         });
}

std::unique_ptr<Plan> planNest(const Problem &problem) {
  if (!problem.contraction)
    return nullptr;
  std::optional<WindowPlan> plan = planWindows(
      problem.nest, *problem.contraction, problem.stage, problem.machine);
  if (!plan)
    return nullptr;
  return std::make_unique<WindowNest>(problem.nest, std::move(*plan));
}
} // namespace

Strategy windowStrategy() { return {"windows", isAvailable, planNest}; }

} // namespace dlc::loops
