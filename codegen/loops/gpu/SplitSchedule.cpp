//===- SplitSchedule.cpp - How threads share a reduction ------------------===//

#include "codegen/loops/gpu/SplitSchedule.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/APFloat.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace dlc::loops {

namespace {
/// Threads of a block; steps of a thread below which sharing costs more.
constexpr int64_t kThreads = 128, kFewestSteps = 4;

/// The operation that takes a step into the sum, which has to be the only one
/// that sees the sum; null if there is none that can be done in any order.
Operation *combinationOf(linalg::GenericOp root) {
  if (root.getNumResults() != 1)
    return nullptr;
  BlockArgument sum = root.getRegionOutputArgs().front();
  Operation *op =
      root.getBody()->getTerminator()->getOperand(0).getDefiningOp();
  if (!sum.hasOneUse() || *sum.user_begin() != op)
    return nullptr;
  return isa<arith::AddFOp, arith::MulFOp, arith::AddIOp, arith::MulIOp,
             arith::MaximumFOp, arith::MinimumFOp, arith::MaxNumFOp,
             arith::MinNumFOp>(op)
             ? op
             : nullptr;
}

TypedAttr neutralOf(Operation *combine) {
  Builder b(combine->getContext());
  Type type = combine->getResult(0).getType();
  if (isa<arith::AddFOp, arith::AddIOp>(combine))
    return b.getZeroAttr(type);
  if (isa<arith::MulFOp, arith::MulIOp>(combine))
    return b.getOneAttr(type);
  bool largest = isa<arith::MaximumFOp, arith::MaxNumFOp>(combine);
  auto floating = cast<FloatType>(type);
  return b.getFloatAttr(
      floating, llvm::APFloat::getInf(floating.getFloatSemantics(), largest));
}

/// Whether neighbouring steps are neighbours in the largest operand and points
/// are not.
bool liesAlongSteps(const Nest &nest, const SplitSchedule &schedule) {
  unsigned step = schedule.reduction.back();
  for (const Access &input : nest.inputs) {
    ArrayRef<int64_t> c = input.address.coefficients;
    bool unitPoint = !schedule.order.empty() && c[schedule.order.back()] == 1;
    if (c[step] == 1 && !unitPoint && !input.buffer.splat &&
        llvm::any_of(schedule.order, [&](unsigned d) { return c[d] != 0; }))
      return true;
  }
  // One point alone.
  return schedule.points == 1;
}
} // namespace

std::optional<SplitSchedule> scheduleSplit(const Problem &problem) {
  Nest &nest = problem.nest;
  SplitSchedule schedule;
  schedule.combine = nest.hasReduction() ? combinationOf(nest.root) : nullptr;
  if (!schedule.combine || !nest.inits.front() || nest.needsIndices ||
      nest.scalarOnly)
    return std::nullopt;
  for (const Access &input : nest.inputs)
    if (!input.guards.empty())
      return std::nullopt;
  schedule.neutral = neutralOf(schedule.combine);
  static_cast<PointSchedule &>(schedule) = schedulePoints(problem);
  // The fastest step is the one along most operands.
  auto unitsOf = [&](unsigned d) {
    return llvm::count_if(nest.inputs, [&](const Access &input) {
      return input.address.coefficients[d] == 1;
    });
  };
  llvm::sort(schedule.reduction, [&](unsigned x, unsigned y) {
    return std::make_tuple(unitsOf(x), x) < std::make_tuple(unitsOf(y), y);
  });
  for (unsigned d : schedule.reduction)
    schedule.depth *= nest.sizes[d];
  schedule.alongSteps = liesAlongSteps(nest, schedule);
  if (schedule.alongSteps)
    schedule.parts = std::min<int64_t>(
        kThreads,
        llvm::PowerOf2Ceil(llvm::divideCeil(schedule.depth, kFewestSteps)));
  else
    schedule.parts = std::min<int64_t>(
        kThreads / kWarp,
        llvm::bit_floor(static_cast<uint64_t>(
            std::max<int64_t>(1, schedule.depth / kFewestSteps))));
  if (schedule.parts < 2)
    return std::nullopt;
  schedule.pointsOfBlock = kThreads / schedule.parts;
  int64_t steps = llvm::divideCeil(schedule.depth, schedule.parts);
  int64_t blocks = llvm::divideCeil(schedule.points, schedule.pointsOfBlock);
  schedule.cost = threadCost(problem, blocks * kThreads, kThreads,
                             static_cast<double>(steps), schedule.lanes,
                             schedule.alongSteps
                                 ? static_cast<int>(schedule.reduction.back())
                                 : schedule.along());
  double meetings = kMeetingCycles * llvm::Log2_64_Ceil(schedule.parts);
  schedule.cost.cycles += meetings;
  schedule.cost.latency += meetings;
  return schedule;
}

} // namespace dlc::loops
