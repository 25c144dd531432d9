//===- SplitSchedule.cpp - How threads share a reduction ------------------===//

#include "codegen/loops/gpu/SplitSchedule.h"
#include "codegen/loops/gpu/Combination.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace dlc::loops {

namespace {
/// Threads of a block; steps of a thread below which sharing costs more.
constexpr int64_t kThreads = 128, kFewestSteps = 4;

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
