//===- DotStrategy.cpp - Sums of integers with features in lanes ----------===//

#include "codegen/loops/dot/DotStrategy.h"
#include "codegen/loops/dot/DotEmitter.h"
#include "codegen/loops/panels/PanelPlan.h"

using namespace mlir;

namespace dlc::loops {

namespace {
class DotNest : public Plan {
public:
  DotNest(Nest &nest, const Machine &machine, DotPlan plan)
      : nest(nest), machine(machine), plan(std::move(plan)) {}

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

/// The nest of a panel, and how the weights of each are stored.
std::optional<PanelOption> planDotPanel(const Problem &problem, Nest &nest,
                                        int64_t panels) {
  std::optional<DotPlan> plan =
      planDot(nest, *problem.contraction, problem.stage, problem.machine);
  if (!plan)
    return std::nullopt;
  PanelOption option;
  const unsigned feature = plan->operand.feature;
  for (int64_t p = 0; p < panels; ++p) {
    DotOperand operand = plan->operand;
    auto advance = [&](Linear &address) {
      address.constant +=
          p * nest.sizes[feature] * address.coefficients[feature];
    };
    advance(operand.order.source);
    if (operand.bias)
      advance(*operand.bias);
    option.weights.push_back(std::make_shared<DotWeights>(std::move(operand)));
  }
  if (plan->bias >= 0)
    option.beside.push_back(nest.epilogueInputs[plan->bias]->buffer.constant);
  option.plan =
      std::make_unique<DotNest>(nest, problem.machine, std::move(*plan));
  return option;
}

std::unique_ptr<Plan> planNest(const Problem &problem) {
  if (!problem.contraction)
    return nullptr;
  bool isNeon = problem.machine.kernels == targets::KernelSet::Neon;
  return planPanels(problem,
                    isNeon ? kernel::InstructionSet::Neon
                           : kernel::InstructionSet::Vnni,
                    [&](Nest &nest, int64_t panels) {
                      return planDotPanel(problem, nest, panels);
                    });
}
} // namespace

Strategy dotStrategy() { return {"dot products", isAvailable, planNest}; }

} // namespace dlc::loops
