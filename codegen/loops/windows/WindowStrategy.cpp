//===- WindowStrategy.cpp - Sums of bytes in vectors as strategies
//-----------===//

#include "codegen/loops/windows/WindowStrategy.h"
#include "codegen/loops/integer/StorageChoice.h"
#include "codegen/loops/panels/PanelPlan.h"
#include "codegen/loops/windows/FilterEmitter.h"
#include "codegen/loops/windows/WindowEmitter.h"

using namespace mlir;

namespace dlc::loops {

namespace {
template <typename Found, typename Emitter> class Kernels : public Plan {
public:
  Kernels(Nest &nest, Found plan) : nest(nest), plan(std::move(plan)) {}

  double cycles() const override { return plan.instructionsInAll; }
  void emit(StageContext &context, std::optional<ChunkRange>) override {
    Emitter(context, nest, plan).emit();
  }

private:
  Nest &nest;
  Found plan;
};

bool isAvailable(const Machine &machine) {
  return machine.kernels == targets::KernelSet::Mve &&
         llvm::any_of(machine.forms, [](const targets::MultiplyAccumulate &of) {
           return of.instruction == "vmladava.s8";
         });
}

/// The windows of a panel, and how the weights of each are stored.
std::optional<PanelOption> planWindowPanel(const Problem &problem, Nest &nest,
                                           int64_t panels) {
  std::optional<WindowPlan> plan = planWindows(
      nest, *problem.contraction, problem.stage, problem.machine, panels);
  if (!plan)
    return std::nullopt;
  PanelOption option;
  for (int64_t p = 0; p < panels; ++p)
    option.weights.push_back(std::make_shared<WindowColumns>(
        fromColumn(plan->sums, p * plan->sums.features), plan->shape,
        plan->shift));
  WindowColumns columns(plan->sums, plan->shape, plan->shift);
  const int64_t together = plan->shape.columns;
  option.numbers = PanelNumbers{
      columns.headWords(), together, together * columns.weightWords(),
      together * (columns.numberWords() - 1), columns.blocks()};
  option.beside = plan->beside;
  option.plan = std::make_unique<Kernels<WindowPlan, WindowEmitter>>(
      nest, std::move(*plan));
  return option;
}

std::unique_ptr<Plan> planWindowNest(const Problem &problem) {
  if (!problem.contraction)
    return nullptr;
  return planPanels(problem, kernel::InstructionSet::Mve,
                    [&](Nest &nest, int64_t panels) {
                      return planWindowPanel(problem, nest, panels);
                    });
}

std::unique_ptr<Plan> planFilterNest(const Problem &problem) {
  if (!problem.contraction)
    return nullptr;
  std::optional<FilterPlan> plan = planFilters(
      problem.nest, *problem.contraction, problem.stage, problem.machine);
  if (!plan)
    return nullptr;
  return std::make_unique<Kernels<FilterPlan, FilterEmitter>>(problem.nest,
                                                              std::move(*plan));
}
} // namespace

Strategy windowStrategy() { return {"windows", isAvailable, planWindowNest}; }

Strategy filterStrategy() { return {"filters", isAvailable, planFilterNest}; }

} // namespace dlc::loops
