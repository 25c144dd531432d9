//===- WinogradStrategy.cpp - Winograd's algorithm as a strategy ----------===//

#include "codegen/loops/winograd/Winograd.h"
#include "codegen/loops/winograd/WinogradEmitter.h"

namespace dlc::loops {

namespace {
/// Winograd has to win by this much: the estimate is coarse.
constexpr double kMargin = 0.85;

class WinogradNest : public Plan {
public:
  WinogradNest(const Problem &problem, const WinogradPlan &plan)
      : nest(problem.nest), machine(problem.machine), plan(plan) {}

  double cycles() const override { return cyclesOf(plan, machine) / kMargin; }
  int64_t chunks() const override { return plan.chunks(); }
  void emit(StageContext &context, std::optional<ChunkRange> range) override {
    WinogradEmitter(context, nest, plan, machine).emit(range);
  }

private:
  Nest &nest;
  Machine machine;
  WinogradPlan plan;
};

/// Larger weights cost where they are read from flash; scalar code pays for the
/// transforms in full.
bool isAvailable(const Machine &machine) {
  return machine.vectorBits >= 128 && !machine.compactCode;
}

std::unique_ptr<Plan> planNest(const Problem &problem) {
  if (!problem.contraction)
    return nullptr;
  std::optional<WinogradPlan> plan =
      planWinograd(problem.nest, *problem.contraction, problem.machine);
  return plan ? std::make_unique<WinogradNest>(problem, *plan) : nullptr;
}
} // namespace

Strategy winogradStrategy() { return {"winograd", isAvailable, planNest}; }

} // namespace dlc::loops
