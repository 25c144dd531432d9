//===- PatchSchedule.cpp - Windows that a thread shares -------------------===//

#include "codegen/loops/gpu/PatchSchedule.h"
#include "codegen/loops/gpu/Bytes.h"
#include "codegen/loops/gpu/Combination.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace dlc::loops {

namespace {
/// Positions of a patch along an axis, at most.
constexpr int64_t kMostRows = 4, kMostColumns = 8;
/// Registers that a thread may have by this estimate, for 128 at most.
constexpr int64_t kRegisters = 104, kOtherRegisters = 28;

// Estimates in cycles of a multiprocessor.

/// Issue slots of a load, and of one that is not done everywhere; of a thread
/// beside its steps.
constexpr double kLoadSlots = 2, kGuardSlots = 4, kStartSlots = 60;
/// From a row's first load to what needs it; of a launch.
constexpr double kRowLatency = 60, kStartCycles = 500;
constexpr double kSchedulers = 4, kLanesOfSchedulers = 128;

class Scheduler {
public:
  explicit Scheduler(const Problem &problem)
      : problem(problem), nest(problem.nest) {}

  std::optional<PatchSchedule> run() {
    if (!nest.hasReduction() || nest.needsIndices || nest.scalarOnly ||
        nest.root.getNumResults() != 1 || !nest.inits.front())
      return std::nullopt;
    PatchSchedule base;
    static_cast<PointSchedule &>(base) =
        schedulePoints(problem, /*packs=*/true);
    if (base.lanesDim < 0 || !findAxes(base) || !readsElseByTaps(base) ||
        !findOutside(base))
      return std::nullopt;
    pack(base);
    if (dependsOn(nest.inputs[base.data], base.lanesDim))
      base.dataLanes = base.lanes;
    std::optional<PatchSchedule> best;
    int64_t rows = base.down.tap < 0 ? 1 : kMostRows;
    for (int64_t i = 1; i <= rows; ++i)
      for (int64_t j = 1; j <= kMostColumns; ++j) {
        if (i * j < 2 || i > base.down.positions || j > base.along.positions)
          continue;
        PatchSchedule schedule = base;
        schedule.down.count = i;
        schedule.along.count = j;
        if (registersOf(schedule) > kRegisters)
          continue;
        cost(schedule);
        if (!best || schedule.cost.cycles < best->cost.cycles)
          best = std::move(schedule);
      }
    return best;
  }

private:
  /// Each step is along a window of the same input.
  bool findAxes(PatchSchedule &schedule) const {
    SmallVector<PatchAxis> axes;
    for (unsigned d : schedule.reduction) {
      const Window *found = nullptr;
      for (const Window &window : nest.windows) {
        if (window.tap != d)
          continue;
        if (found)
          return false;
        found = &window;
      }
      if (!found || found->position < 0 ||
          found->position == schedule.lanesDim ||
          (!axes.empty() && found->input != schedule.data))
        return false;
      schedule.data = found->input;
      axes.push_back({found->position, static_cast<int>(d), found->stride,
                      found->dilation, nest.sizes[d],
                      nest.sizes[found->position]});
    }
    if (axes.empty() || axes.size() > 2 ||
        (axes.size() == 2 && axes[0].position == axes[1].position))
      return false;
    const Access &data = nest.inputs[schedule.data];
    if (data.buffer.splat || data.buffer.scalar)
      return false;
    // Positions along what lies closer in memory.
    auto step = [&](const PatchAxis &axis) {
      return std::abs(data.address.coefficients[axis.position]);
    };
    llvm::sort(axes, [&](const PatchAxis &x, const PatchAxis &y) {
      return step(x) > step(y);
    });
    schedule.along = axes.back();
    if (axes.size() == 2)
      schedule.down = axes.front();
    return true;
  }

  bool dependsOn(const Access &access, int d) const {
    return d >= 0 && access.address.coefficients[d] != 0;
  }

  /// What else is read for a step is the same for all positions; and what is
  /// packed, for all but the channels.
  bool readsElseByTaps(const PatchSchedule &schedule) const {
    for (auto [i, input] : llvm::enumerate(nest.inputs)) {
      if (i == schedule.data)
        continue;
      if (!input.guards.empty() || dependsOn(input, schedule.down.position) ||
          dependsOn(input, schedule.along.position))
        return false;
      for (unsigned d : schedule.order)
        if (input.packable && static_cast<int>(d) != schedule.lanesDim &&
            dependsOn(input, static_cast<int>(d)))
          return false;
    }
    // The windows' own input is no constant.
    return !nest.inputs[schedule.data].packable;
  }

  void pack(PatchSchedule &schedule) const {
    schedule.packed.resize(nest.inputs.size());
    for (auto [i, input] : llvm::enumerate(nest.inputs)) {
      if (i == schedule.data || !input.packable ||
          input.address.coefficients[schedule.lanesDim] == 0)
        continue;
      PanelLayout layout;
      layout.element = input.buffer.element;
      layout.source = input.address;
      layout.sizes = nest.sizes;
      layout.rows = {static_cast<unsigned>(schedule.lanesDim)};
      for (const PatchAxis *axis : {&schedule.down, &schedule.along})
        if (axis->tap >= 0)
          layout.steps.push_back(axis->tap);
      layout.width = nest.sizes[schedule.lanesDim];
      layout.paddedSteps = schedule.down.taps * schedule.along.taps;
      schedule.packed[i] = std::make_shared<PanelWeights>(std::move(layout));
    }
  }

  bool findOutside(PatchSchedule &schedule) const {
    const Access &data = nest.inputs[schedule.data];
    for (const Guard &guard : data.guards) {
      auto isOf = [&](const PatchAxis &axis) {
        return axis.tap >= 0 && guard.reduction == axis.tap &&
               guard.parallel == axis.position;
      };
      if (!isOf(schedule.down) && !isOf(schedule.along))
        return false;
    }
    schedule.outside = outsideOf(schedule);
    return schedule.outside != nullptr;
  }

  TypedAttr outsideOf(const PatchSchedule &schedule) const {
    linalg::GenericOp root = nest.root;
    Builder b(root.getContext());
    if (const Contraction *contraction = problem.contraction) {
      if (contraction->data.input != schedule.data)
        return nullptr;
      if (isa<FloatType>(contraction->data.element))
        return b.getZeroAttr(contraction->data.element);
      return nothingOf(contraction->data);
    }
    Operation *combination = combinationOf(root);
    Value element = root.getRegionInputArgs()[schedule.data];
    bool isDirect =
        combination && llvm::is_contained(combination->getOperands(), element);
    return isDirect ? neutralOf(combination) : nullptr;
  }

  int64_t weightsOf(const PatchSchedule &schedule) const {
    int64_t varying = 0;
    for (auto [i, input] : llvm::enumerate(nest.inputs))
      varying +=
          i != schedule.data && !input.buffer.splat && !input.buffer.scalar;
    return varying;
  }

  int64_t registersOf(const PatchSchedule &schedule) const {
    const PatchAxis &down = schedule.down, &along = schedule.along;
    int64_t rows = std::min(down.count, down.taps);
    int64_t held =
        down.count * along.count + weightsOf(schedule) * along.taps * rows;
    return held * schedule.lanes + along.extent() * schedule.dataLanes +
           kOtherRegisters;
  }

  /// Issue slots of the bodies' operations on a thread's lanes. A product and
  /// its sum are one instruction, the end of a body is none.
  double bodySlots(const PatchSchedule &schedule,
                   linalg::GenericOp generic) const {
    if (!generic)
      return 0;
    auto count = static_cast<double>(llvm::range_size(*generic.getBody())) - 1;
    if (generic == nest.root && problem.contraction)
      --count;
    return std::max(count, 1.0) * static_cast<double>(schedule.lanes);
  }

  /// Cycles of a multiprocessor for a warp's issue slots, and for what it
  /// moves.
  double cyclesOfWarp(const PatchSchedule &schedule, double slots) const {
    const PatchAxis &down = schedule.down, &along = schedule.along;
    const Access &data = nest.inputs[schedule.data];
    constexpr double sector = 32;
    auto bytes = static_cast<double>(kWarp * schedule.lanes *
                                     bytesOf(data.buffer.element));
    auto moved = static_cast<double>(down.extent() * along.extent()) *
                 (schedule.dataLanes == 1 ? sector : bytes);
    moved += static_cast<double>(weightsOf(schedule) * down.taps * along.taps +
                                 down.count * along.count) *
             bytes;
    double perCycle =
        kSchedulers * problem.machine.gpuLanes / kLanesOfSchedulers;
    return std::max(slots / perCycle, moved / kCacheBytes);
  }

  void cost(PatchSchedule &schedule) const {
    const Machine &machine = problem.machine;
    const PatchAxis &down = schedule.down, &along = schedule.along;
    schedule.threads = schedule.points / (down.positions * along.positions) *
                       llvm::divideCeil(down.positions, down.count) *
                       llvm::divideCeil(along.positions, along.count);
    bool guarded = !nest.inputs[schedule.data].guards.empty() ||
                   down.hasTail() || along.hasTail();
    auto taps = static_cast<double>(down.taps * along.taps);
    auto results = static_cast<double>(down.count * along.count);
    double slots =
        static_cast<double>(down.extent() * along.extent()) *
            (kLoadSlots + (guarded ? kGuardSlots : 0)) +
        static_cast<double>(weightsOf(schedule)) * taps * kLoadSlots +
        results * (taps * bodySlots(schedule, nest.root) +
                   bodySlots(schedule, nest.epilogue) + 4) +
        kStartSlots;
    double ofWarp = cyclesOfWarp(schedule, slots);
    auto cyclesOf = [&](int64_t threads) {
      return static_cast<double>(llvm::divideCeil(threads, kWarp)) * ofWarp;
    };
    LaunchCost &cost = schedule.cost;
    cost.latency =
        static_cast<double>(down.extent()) * kRowLatency + slots + kStartCycles;
    cost.cycles =
        std::max(cyclesOf(schedule.threads) / machine.gpuMultiprocessors,
                 cost.latency - kStartCycles) +
        kStartCycles;
    cost.slots =
        kSchedulers * cyclesOf(threadsOfBlock(schedule.threads, machine));
    cost.registers = static_cast<double>(registersOf(schedule));
  }

  const Problem &problem;
  Nest &nest;
};
} // namespace

std::optional<PatchSchedule> schedulePatches(const Problem &problem) {
  return Scheduler(problem).run();
}

} // namespace dlc::loops
