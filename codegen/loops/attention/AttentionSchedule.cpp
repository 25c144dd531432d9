//===- AttentionSchedule.cpp - How a block computes an attention ----------===//

#include "codegen/loops/attention/AttentionSchedule.h"
#include "targets/description/GpuRates.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace dlc::loops {

namespace {
/// Queries of a block, keys of a tile.
constexpr int64_t kBlocks[] = {64, 32, 16}, kKeyTiles[] = {32, 16};
/// Values of a thread, of 8 in a row.
constexpr int64_t kValueCounts[] = {1, 2, 4, 8, 12, 16};
/// Fewer queries are rows times a matrix: threads would compute for nothing.
constexpr int64_t kFewestQueries = 8;
constexpr int64_t kMostGroups = 65535;

// Estimates in issue slots of a thread.

/// Of a power: a polynomial, and the largest of its row.
constexpr double kPowerSlots = 30;
/// Of a tile: addresses, barriers, exchanges between the threads of a row.
constexpr double kTileSlots = 120;
/// Of a run of 16 bytes on its way to shared memory.
constexpr double kBringSlots = 6;
/// Of a sum of halves that goes to one of float32.
constexpr double kWholeSlots = 2;
constexpr double kStartCycles = 900;
/// Cycles that a tile takes a warp that is alone beside its instructions: two
/// trips to memory, four barriers.
constexpr double kTileLatency = 700;
constexpr double kBaseRegisters = 48;
/// Of a load of 16 bytes.
constexpr double kRowRegisters = 4;
constexpr double kWarpLanes = 32, kSchedulers = 4, kLanesOfSchedulers = 128;
/// Warps of a scheduler that hide the latency of loads and multiply-adds.
constexpr double kWarpsWanted = 2;

LaunchCost costOf(const AttentionSchedule &s, const Attention &attention,
                  const Machine &machine) {
  const Nest &nest = attention.nest;
  auto real = [](int64_t n) { return static_cast<double>(n); };
  auto queries = real(kQueriesOfThread);
  const double keys = real(s.keysOfThread()), values = real(s.valuesOfThread);
  // Of a step of 16 bytes: products, and loads of as many.
  const double side = real(s.side()), together = real(s.together());
  double steps = real(s.depth) / side,
         stepSlots = side * queries * keys / together + queries + keys + 2;
  double parts = real(s.keys) / side,
         partSlots = side * queries * values / together + queries +
                     side * values / real(s.run()) + 2;
  double tile =
      steps * stepSlots + parts * partSlots +
      queries * (keys * kPowerSlots + values * (s.hasPairs ? kWholeSlots : 1)) +
      kTileSlots +
      kBringSlots * real(s.keys) * (real(s.depth + s.values())) /
          (side * real(s.threads()));
  double tiles = real(llvm::divideCeil(nest.sizes[attention.key], s.keys));
  double warps = real(s.threads()) / kWarpLanes;
  LaunchCost cost;
  cost.slots = warps * tiles * tile;
  cost.registers = queries * (values + 2 * keys + kRowRegisters) +
                   kRowRegisters * values / together + kBaseRegisters;
  cost.latency = tiles * (tile + kTileLatency) + kStartCycles;
  int64_t blocks = llvm::divideCeil(nest.sizes[attention.query], s.queries);
  for (unsigned d : attention.groups)
    blocks *= nest.sizes[d];
  double perMultiprocessor = real(llvm::divideCeil(
      blocks, static_cast<int64_t>(machine.gpuMultiprocessors)));
  double resident = std::min(
      {std::floor(real(machine.gpuSharedBytes) / real(s.sharedBytes())),
       std::floor(machine.gpuRegisters / (cost.registers * real(s.threads()))),
       perMultiprocessor});
  resident = std::max(1.0, resident);
  double filled =
      std::min(1.0, resident * warps / (kSchedulers * kWarpsWanted));
  double perCycle = kSchedulers * machine.gpuLanes / kLanesOfSchedulers;
  cost.cycles =
      (perMultiprocessor * cost.slots / perCycle) / filled + kStartCycles;
  return cost;
}
} // namespace

std::optional<AttentionSchedule> scheduleAttention(const Attention &attention,
                                                   const Machine &machine) {
  const Nest &nest = attention.nest;
  int64_t groups = 1;
  for (unsigned d : attention.groups)
    groups *= nest.sizes[d];
  AttentionSchedule base;
  // Scores of more products than halves add up are float32.
  base.hasPairs = attention.hasHalves && attention.score.isF16() &&
                  targets::hasFastHalves(machine);
  const int64_t *values = llvm::find_if(kValueCounts, [&](int64_t count) {
    return count * kAcross >= nest.sizes[attention.value] &&
           count >= base.together();
  });
  if (nest.sizes[attention.query] < kFewestQueries || groups > kMostGroups ||
      llvm::is_contained(nest.sizes, 0) || values == std::end(kValueCounts))
    return std::nullopt;
  std::optional<AttentionSchedule> best;
  for (int64_t queries : kBlocks)
    for (int64_t keys : kKeyTiles) {
      AttentionSchedule schedule = base;
      schedule.queries = queries;
      schedule.keys = keys;
      schedule.depth = llvm::alignTo(nest.sizes[attention.depth], base.side());
      schedule.valuesOfThread = *values;
      if (schedule.sharedBytes() > machine.gpuBlockSharedBytes)
        continue;
      schedule.cost = costOf(schedule, attention, machine);
      if (!best || schedule.cost.cycles < best->cost.cycles)
        best = schedule;
    }
  return best;
}

} // namespace dlc::loops
