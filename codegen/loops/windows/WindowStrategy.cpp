//===- WindowStrategy.cpp - Sums of bytes in vectors as strategies
//-----------===//

#include "codegen/loops/windows/WindowStrategy.h"
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

template <typename Found, typename Emitter,
          std::optional<Found> (*planned)(Nest &, const Contraction &,
                                          func::FuncOp, const Machine &)>
std::unique_ptr<Plan> planNest(const Problem &problem) {
  if (!problem.contraction)
    return nullptr;
  std::optional<Found> plan = planned(problem.nest, *problem.contraction,
                                      problem.stage, problem.machine);
  if (!plan)
    return nullptr;
  return std::make_unique<Kernels<Found, Emitter>>(problem.nest,
                                                   std::move(*plan));
}
} // namespace

Strategy windowStrategy() {
  return {"windows", isAvailable,
          planNest<WindowPlan, WindowEmitter, planWindows>};
}

Strategy filterStrategy() {
  return {"filters", isAvailable,
          planNest<FilterPlan, FilterEmitter, planFilters>};
}

} // namespace dlc::loops
