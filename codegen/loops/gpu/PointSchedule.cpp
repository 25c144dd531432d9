//===- PointSchedule.cpp - Points of a nest and the threads for them ------===//

#include "codegen/loops/gpu/PointSchedule.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace dlc::loops {

namespace {
/// Elements that a thread computes side by side: 16 bytes of floats.
constexpr int64_t kLanes = 4;

// Estimates in cycles of a multiprocessor.

/// Issue slots of a step beside its arithmetic: loop and addresses; of a load;
/// of one whose neighbours are apart, each with a sector of its own.
constexpr double kStepSlots = 4, kLoadSlots = 2, kScatteredSlots = 16;
/// From a load in the cache to what needs it, of which loops overlap some.
constexpr double kStepLatency = 40;
/// Of a thread beside its steps: its indices, the first load, the store.
constexpr double kStartCycles = 500, kStartSlots = 30;
constexpr double kSectorBytes = 32;
constexpr double kSchedulers = 4, kLanesOfSchedulers = 128;

/// Whether all runs along dimension d are loaded and stored at once, or are one
/// element.
bool hasRuns(const Problem &problem, unsigned d, bool packs) {
  Nest &nest = problem.nest;
  if (nest.scalarOnly || nest.needsIndices || nest.sizes[d] % kLanes != 0 ||
      isGuarded(nest, d))
    return false;
  bool whole = true;
  nest.forEachAccess([&](Access &access) {
    int64_t step = access.address.coefficients[d];
    if (step == 0 || access.buffer.splat || access.buffer.scalar ||
        (packs && access.packable))
      return;
    int64_t bytes = bytesOf(access.buffer.element);
    whole &= step == 1 && bytes > 0 &&
             alignmentOfRuns(nest, problem.stage, access, d, kLanes) >=
                 std::min<int64_t>(16, bytes * kLanes);
  });
  for (const Access &output : nest.outputs)
    whole &= output.address.coefficients[d] == 1;
  return whole;
}

} // namespace

PointSchedule schedulePoints(const Problem &problem, bool packs) {
  Nest &nest = problem.nest;
  PointSchedule schedule;
  for (unsigned d = 0; d < nest.sizes.size(); ++d)
    (nest.reduction[d] ? schedule.reduction : schedule.order).push_back(d);
  ArrayRef<int64_t> steps = nest.outputs.front().address.coefficients;
  // Neighbouring threads write neighbouring elements.
  llvm::sort(schedule.order, [&](unsigned x, unsigned y) {
    return std::make_tuple(-std::abs(steps[x]), x) <
           std::make_tuple(-std::abs(steps[y]), y);
  });
  if (!schedule.order.empty() && takesVectors(nest.root) &&
      takesVectors(nest.epilogue) &&
      hasRuns(problem, schedule.order.back(), packs)) {
    schedule.lanesDim = schedule.order.back();
    schedule.lanes = kLanes;
  }
  for (unsigned d : schedule.order)
    schedule.points *= nest.sizes[d];
  schedule.points /= schedule.lanes;
  return schedule;
}

int64_t threadsOfBlock(int64_t threads, const Machine &machine) {
  constexpr int64_t many = 128, few = kWarp;
  return threads < 2 * many * machine.gpuMultiprocessors ? few : many;
}

LaunchCost threadCost(const Problem &problem, int64_t threads, int64_t ofBlock,
                      double steps, int64_t lanes, int d) {
  const Machine &machine = problem.machine;
  double slots = kStepSlots, bytes = 0; // of a warp's step
  for (const Access &input : problem.nest.inputs) {
    if (input.buffer.splat || input.buffer.scalar)
      continue;
    int64_t step = d < 0 ? 0 : std::abs(input.address.coefficients[d]);
    slots += step > 1 ? kScatteredSlots : kLoadSlots;
    auto run = static_cast<double>(lanes * bytesOf(input.buffer.element));
    bytes += step == 0   ? kSectorBytes
             : step == 1 ? std::max(kWarp * run, kSectorBytes)
                         : kWarp * std::max(run, kSectorBytes);
  }
  auto *body = linalg::GenericOp(problem.nest.root).getBody();
  slots += static_cast<double>(lanes * llvm::range_size(*body));
  double perCycle = kSchedulers * machine.gpuLanes / kLanesOfSchedulers;
  // Of a multiprocessor.
  double cyclesOfWarp = std::max((steps * slots + kStartSlots) / perCycle,
                                 steps * bytes / kCacheBytes);
  auto cyclesOf = [&](int64_t count) {
    return static_cast<double>(llvm::divideCeil(count, kWarp)) * cyclesOfWarp;
  };
  LaunchCost cost;
  cost.slots = kSchedulers * cyclesOf(ofBlock);
  cost.latency = steps * kStepLatency + kStartCycles;
  cost.cycles = std::max(cyclesOf(threads) / machine.gpuMultiprocessors,
                         steps * kStepLatency) +
                kStartCycles;
  return cost;
}

} // namespace dlc::loops
