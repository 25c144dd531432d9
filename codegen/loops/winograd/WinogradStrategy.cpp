//===- WinogradStrategy.cpp - Winograd's algorithm as a strategy ----------===//

#include "codegen/loops/weights/CallerConstants.h"
#include "codegen/loops/winograd/Winograd.h"
#include "codegen/loops/winograd/WinogradEmitter.h"
#include "codegen/loops/winograd/WinogradProducts.h"

namespace dlc::loops {

namespace {
class WinogradNest : public Plan {
public:
  WinogradNest(const Problem &problem, const WinogradPlan &plan)
      : nest(problem.nest), machine(problem.machine), plan(plan) {}

  double cycles() const override {
    return cyclesOf(plan, machine) / kWinogradMargin;
  }
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

/// Transformed filters, as large as they are before the products fill them up.
class Transformed : public WeightEncoding {
public:
  Transformed(const WinogradPlan &plan, mlir::MLIRContext *context)
      : type(mlir::MemRefType::get(
            {plan.points(), plan.channels, plan.features},
            mlir::IntegerType::get(context, 8 * plan.inputBytes()))) {}

  llvm::SmallVector<mlir::MemRefType> constants() const override {
    return {type};
  }
  llvm::SmallVector<mlir::ElementsAttr>
  encode(llvm::ArrayRef<mlir::ElementsAttr>) const override {
    return {};
  }

private:
  mlir::MemRefType type;
};

/// Whether there is flash for filters of integers. (Those of floats are what
/// they were before there was an allowance.)
bool isAllowed(const Problem &problem, const WinogradPlan &plan) {
  if (!plan.integers)
    return true;
  const Access &filter =
      problem.nest.inputs[problem.contraction->weights.input];
  mlir::BlockArgument constant = filter.buffer.constant;
  if (!constant)
    return true;
  Transformed encoding(plan, constant.getContext());
  return bytesAdded(*problem.nest.module, problem.stage,
                    constant.getOwner()->getArgumentTypes(), encoding,
                    constant.getArgNumber(), {}) <= problem.machine.weightBytes;
}

std::unique_ptr<Plan> planNest(const Problem &problem) {
  if (!problem.contraction)
    return nullptr;
  std::optional<WinogradPlan> plan =
      planWinograd(problem.nest, *problem.contraction, problem.machine);
  if (plan && !isAllowed(problem, *plan))
    return nullptr;
  return plan ? std::make_unique<WinogradNest>(problem, *plan) : nullptr;
}
} // namespace

Strategy winogradStrategy() { return {"winograd", isAvailable, planNest}; }

} // namespace dlc::loops
