//===- BlockFixedStrategy.cpp - Block fixed point as a strategy -----------===//

#include "codegen/loops/block_fixed/BlockFixed.h"
#include "dialects/arena/Declarations.h"
#include <cmath>

using namespace mlir;

namespace dlc::loops {

namespace {
/// Measured (docs/decisions/block-fixed-point.md): cycles of a product, by long
/// multiplication and by halves of integers; of turning an element into an
/// integer; of converting it anew for a product; and of making a result.
constexpr double kProduct = 2.25, kProductOfHalves = 21;
constexpr double kConversion = 20, kConversionForProduct = 3, kResult = 40;

class BlockFixedNest : public Plan {
public:
  BlockFixedNest(const Problem &problem, BlockFixedPlan plan)
      : nest(problem.nest), stage(problem.stage), plan(std::move(plan)) {}

  double cycles() const override { return cyclesOf(plan, nest); }
  void emit(StageContext &context, std::optional<ChunkRange>) override {
    if (plan.inPlace) {
      BlockArgument argument = soleArgument(nest, plan.image);
      arena::consumedAttr.putAt(stage, argument.getArgNumber());
    }
    emitBlockFixed(context, nest, plan);
  }

private:
  Nest &nest;
  func::FuncOp stage;
  BlockFixedPlan plan;
};

bool isAvailable(const Machine &machine) { return !machine.fpu; }

std::unique_ptr<Plan> planNest(const Problem &problem) {
  if (!problem.contraction)
    return nullptr;
  std::optional<BlockFixedPlan> plan = planBlockFixed(
      problem.nest, *problem.contraction, problem.stage, problem.machine);
  if (!plan)
    return nullptr;
  return std::make_unique<BlockFixedNest>(problem, std::move(*plan));
}

/// Elements that are turned into integers, in all.
double conversions(const BlockFixedPlan &plan, const Nest &nest,
                   double results) {
  if (plan.untiled)
    return 0;
  if (!plan.planes) {
    int64_t features = plan.feature < 0 ? 1 : nest.sizes[plan.feature];
    return results / static_cast<double>(features) *
           static_cast<double>(plan.depth);
  }
  const BlockFixedPlanes &planes = *plan.planes;
  double rows = static_cast<double>(nest.sizes[planes.row.output]);
  double columns = static_cast<double>(nest.sizes[planes.column.output]);
  double parts = results / (rows * columns) *
                 std::ceil(rows / static_cast<double>(planes.rows));
  return parts * static_cast<double>(planes.tileRows * planes.tileColumns);
}
} // namespace

double cyclesOf(const BlockFixedPlan &plan, const Nest &nest) {
  double results = 1;
  for (auto [size, reduced] : llvm::zip(nest.sizes, nest.reduction))
    results *= reduced ? 1.0 : static_cast<double>(size);
  double product = plan.limbs ? kProductOfHalves : kProduct;
  if (plan.untiled)
    product += kConversionForProduct;
  return results * (static_cast<double>(plan.depth) * product + kResult) +
         conversions(plan, nest, results) * kConversion;
}

Strategy blockFixedStrategy() {
  return {"block fixed point", isAvailable, planNest};
}

} // namespace dlc::loops
