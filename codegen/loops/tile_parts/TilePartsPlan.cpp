//===- TilePartsPlan.cpp - Into how many parts a sum is cut ---------------===//

#include "codegen/loops/gpu/PointSchedule.h"
#include "codegen/loops/nest/SumEpilogue.h"
#include "codegen/loops/tile_parts/TileParts.h"
#include "targets/description/GpuRates.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace dlc::loops {

namespace {
constexpr int64_t kCounts[] = {2, 3, 4, 6, 8, 12, 16, 24, 32};
/// Steps of a part below which its tile is mostly beginning and end.
constexpr int64_t kFewestSteps = 64;
/// Results of a thread of the second launch: 16 bytes.
constexpr int64_t kMostLanes = 4;
constexpr double kSumBytes = 4;
constexpr double kStartCycles = 600, kPlaceSlots = 40, kResultSlots = 6;
constexpr double kSchedulers = 4, kLanesOfSchedulers = 128;

/// Cuts dimension `d` of the sum into parts.
void cut(TileParts &parts, const Nest &whole, unsigned d) {
  Nest &nest = parts.nest;
  nest = whole;
  nest.epilogue = nullptr;
  nest.epilogueInputs.clear();
  nest.windows.clear();
  const int64_t size = whole.sizes[d] / parts.count;
  nest.sizes[d] = size;
  nest.sizes.push_back(parts.count);
  nest.reduction.push_back(false);
  for (Access &input : nest.inputs) {
    SmallVector<int64_t> &c = input.address.coefficients;
    c.push_back(c[d] * size);
    for (Guard &guard : input.guards)
      guard.position.coefficients.push_back(0);
  }
  Access sums;
  sums.buffer.element = parts.contraction.accumulator;
  sums.address.coefficients.assign(nest.sizes.size(), 0);
  int64_t stride = 1;
  for (unsigned dim : llvm::reverse(parts.order)) {
    sums.address.coefficients[dim] = stride;
    stride *= nest.sizes[dim];
  }
  sums.address.coefficients.back() = stride;
  nest.outputs = {sums};
}

/// Whether no padding depends on a dimension.
bool isUnguarded(const Nest &nest, unsigned d) {
  return llvm::all_of(nest.inputs, [&](const Access &input) {
    return llvm::all_of(input.guards, [&](const Guard &guard) {
      return guard.position.coefficients[d] == 0;
    });
  });
}

/// Results side by side that a thread adds up, and all that it reads for them.
int64_t lanesOfResults(const Problem &problem, unsigned d) {
  const Nest &nest = problem.nest;
  auto fits = [&](const Access &access) {
    return areLanes(nest, problem.stage, access, d, kMostLanes);
  };
  if (!takesVectors(nest.epilogue))
    return 1;
  bool allFit = nest.sizes[d] % kMostLanes == 0 &&
                llvm::all_of(nest.outputs, fits) &&
                llvm::all_of(nest.epilogueInputs,
                             [&](const std::optional<Access> &input) {
                               return !input || fits(*input);
                             });
  return allFit ? kMostLanes : 1;
}

/// Of the launch that adds up.
LaunchCost addCostOf(const TileParts &parts, const Machine &machine) {
  auto real = [](int64_t n) { return static_cast<double>(n); };
  const int64_t ofBlock = threadsOfBlock(parts.threads(), machine);
  double slots = kPlaceSlots + real(parts.count * (1 + parts.lanes)) +
                 kResultSlots * real(parts.lanes);
  double perCycle = kSchedulers * machine.gpuLanes / kLanesOfSchedulers *
                    machine.gpuMultiprocessors;
  double bytes = kSumBytes * real(parts.scratchElements() + 2 * parts.points);
  LaunchCost cost;
  cost.slots = real(llvm::divideCeil(ofBlock, kWarp)) * slots;
  cost.latency = slots + kStartCycles;
  cost.cycles =
      std::max(real(llvm::divideCeil(parts.threads(), kWarp)) * slots /
                   perCycle,
               bytes / (machine.streamBytesPerCycle * targets::kStreamShare)) +
      kStartCycles;
  return cost;
}

/// Whether the sums of parts may be added up and are the whole's then.
bool canBeCut(const Problem &problem) {
  const Contraction *contraction = problem.contraction;
  const Nest &nest = problem.nest;
  return contraction && contraction->startsAtZero && nest.inits.front() &&
         (contraction->accumulator.isF32() ||
          contraction->accumulator.isInteger(32)) &&
         !nest.scalarOnly && !nest.needsIndices && !holdsTruthValues(nest) &&
         contraction->depth >= 2 * kFewestSteps;
}
} // namespace

std::optional<TileParts> planTileParts(const Problem &problem) {
  if (!canBeCut(problem))
    return std::nullopt;
  const Nest &nest = problem.nest;
  const Machine &machine = problem.machine;
  std::optional<GpuTileSchedule> whole = scheduleGpuTiles(problem);
  if (!whole || whole->cost.cycles < targets::kLaunchCycles)
    return std::nullopt;
  TileParts base;
  base.contraction = *problem.contraction;
  base.order = schedulePoints(problem).order;
  base.lanes = lanesOfResults(problem, base.order.back());
  for (unsigned d : base.order)
    base.points *= nest.sizes[d];
  std::optional<TileParts> best;
  double least = whole->cost.cycles;
  for (unsigned d : problem.contraction->reduction())
    for (int64_t count : kCounts) {
      if (nest.sizes[d] % count != 0 || !isUnguarded(nest, d) ||
          problem.contraction->depth / count < kFewestSteps ||
          count * base.points * static_cast<int64_t>(kSumBytes) >
              machine.scratchBytes)
        continue;
      TileParts parts = base;
      parts.count = count;
      cut(parts, nest, d);
      FailureOr<Contraction> contraction = findContraction(parts.nest);
      if (failed(contraction))
        continue;
      parts.contraction = *contraction;
      std::optional<GpuTileSchedule> tiles = scheduleGpuTiles(
          {parts.nest, &parts.contraction, problem.stage, machine});
      if (!tiles)
        continue;
      parts.tiles = *tiles;
      parts.addCost = addCostOf(parts, machine);
      double written = kSumBytes *
                       static_cast<double>(parts.scratchElements()) /
                       (machine.streamBytesPerCycle * targets::kStreamShare);
      parts.cost.cycles = std::max(tiles->cost.cycles, written) +
                          parts.addCost.cycles + targets::kLaunchCycles;
      if (parts.cost.cycles < least) {
        least = parts.cost.cycles;
        best = std::move(parts);
      }
    }
  return best;
}

} // namespace dlc::loops
