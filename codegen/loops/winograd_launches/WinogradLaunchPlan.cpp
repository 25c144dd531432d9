//===- WinogradLaunchPlan.cpp - What Winograd's launches take -------------===//

#include "codegen/loops/gpu/PointSchedule.h"
#include "codegen/loops/gpu/TileSchedule.h"
#include "codegen/loops/nest/SumEpilogue.h"
#include "codegen/loops/weights/CallerConstants.h"
#include "codegen/loops/winograd/WinogradProducts.h"
#include "codegen/loops/winograd/WinogradWeights.h"
#include "codegen/loops/winograd_launches/WinogradLaunches.h"
#include "mlir/IR/BuiltinTypes.h"
#include "targets/description/GpuRates.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace dlc::loops {

namespace {
constexpr double kFloatBytes = 4;
/// Of a half that becomes a float32, and the other way round.
constexpr double kConversionSlots = 1;
/// Of a launch beside its threads' work, and of a thread: its tile and where
/// that lies.
constexpr double kStartCycles = 600, kPlaceSlots = 60;
/// What a thread needs beside a tile of values: addresses, and whether lines of
/// it exist.
constexpr double kPlaceRegisters = 40;
constexpr double kSchedulers = 4, kLanesOfSchedulers = 128;

/// Additions and multiply-adds for a tile of one channel, of one feature.
struct TransformSlots {
  double input, output;
};
TransformSlots transformSlots(int64_t m) {
  return m == 2 ? TransformSlots{32, 24} : TransformSlots{144, 100};
}

double cyclesOfBytes(double bytes, const Machine &machine) {
  return bytes / (machine.streamBytesPerCycle * targets::kStreamShare);
}

/// A launch of so many threads, each of so many instructions, that moves so
/// many bytes of the device's memory.
LaunchCost streamCost(int64_t threads, double slots, double bytes,
                      double registers, const Machine &machine) {
  const int64_t ofBlock = threadsOfBlock(threads, machine);
  auto warpsOf = [](int64_t count) {
    return static_cast<double>(llvm::divideCeil(count, kWarp));
  };
  double perCycle = kSchedulers * machine.gpuLanes / kLanesOfSchedulers *
                    machine.gpuMultiprocessors;
  LaunchCost cost;
  cost.slots = warpsOf(ofBlock) * slots;
  cost.latency = slots + kStartCycles;
  cost.registers = registers;
  cost.cycles = std::max(warpsOf(threads) * slots / perCycle,
                         cyclesOfBytes(bytes, machine)) +
                kStartCycles;
  return cost;
}

/// Elements side by side that a thread takes of all accesses along dimension
/// `d`: up to `most`, where they begin at multiples of as many.
int64_t lanesOf(const Problem &problem, ArrayRef<const Access *> accesses,
                unsigned d, int64_t most) {
  const Nest &nest = problem.nest;
  int64_t lanes = most;
  while (lanes > 1 && (nest.sizes[d] % lanes != 0 ||
                       !llvm::all_of(accesses, [&](const Access *access) {
                         return areLanes(nest, problem.stage, *access, d,
                                         lanes);
                       })))
    lanes /= 2;
  return lanes;
}

/// What the products take: their launch, or the memory that it reads and
/// writes.
std::optional<double> productCycles(const WinogradLaunchPlan &plan,
                                    const Problem &problem) {
  MLIRContext *context = func::FuncOp(problem.stage).getContext();
  Type made = Float32Type::get(context),
       element = plan.isHalves ? Float16Type::get(context) : made;
  Nest nest = makeProductNest(problem.nest, plan,
                              {plan.points(),
                               plan.tiles(),
                               plan.inputStride(),
                               plan.productStride(),
                               element,
                               made,
                               {},
                               {}});
  FailureOr<Contraction> contraction = findContraction(nest);
  if (failed(contraction))
    return std::nullopt;
  std::optional<GpuTileSchedule> tiles =
      scheduleGpuTiles({nest, &*contraction, problem.stage, problem.machine});
  if (!tiles)
    return std::nullopt;
  auto read = static_cast<double>(plan.points() * plan.channels *
                                  (plan.tiles() + plan.features)),
       written = static_cast<double>(plan.points() * plan.productStride());
  return std::max(tiles->cost.cycles, cyclesOfBytes(read * plan.operandBytes() +
                                                        written * kFloatBytes,
                                                    problem.machine));
}

/// Whether no caller gives a filter that leaves the range of halves.
bool isFilterInRange(const Problem &problem) {
  const Access &filter =
      problem.nest.inputs[problem.contraction->weights.input];
  return holdsAtCallers(
      *problem.nest.module, problem.stage, filter.buffer.constant,
      [](ElementsAttr each) { return staysInHalves(each, kHalvesFactor); });
}

/// Halves that are added up in float32, in pairs on the way there.
bool isOfFastHalves(const Problem &problem) {
  const Contraction &contraction = *problem.contraction;
  return targets::hasFastHalves(problem.machine) &&
         contraction.data.element.isF16() &&
         contraction.weights.element.isF16() &&
         contraction.accumulator.isF32() && isFilterInRange(problem);
}

/// Lanes and costs for tiles of m x m outputs; false if there are none.
bool fill(WinogradLaunchPlan &plan, const Problem &problem) {
  const Nest &nest = problem.nest;
  const Machine &machine = problem.machine;
  // A tile of a thread in registers: 36 pairs, or 16 times four.
  const int64_t most = plan.m == 2 ? 4 : 2;
  plan.rows = cutTiles(nest, plan.row, plan.m);
  plan.columns = cutTiles(nest, plan.column, plan.m);
  SmallVector<const Access *> outputs = {&nest.outputs.front()};
  for (const std::optional<Access> &input : nest.epilogueInputs)
    if (input)
      outputs.push_back(&*input);
  plan.channelLanes = lanesOf(problem, {&nest.inputs[0]}, plan.channel, most);
  plan.featureLanes = lanesOf(problem, outputs, plan.feature, most);
  std::optional<double> products = productCycles(plan, problem);
  if (!products)
    return false;
  const double bytes = plan.operandBytes();
  auto points = static_cast<double>(plan.points());
  auto transformed = static_cast<double>(plan.points() * plan.inputStride());
  auto image =
      static_cast<double>(plan.rows.input * plan.columns.input * plan.channels);
  auto made = static_cast<double>(plan.points() * plan.productStride());
  auto results = static_cast<double>(plan.rows.output * plan.columns.output *
                                     plan.features);
  TransformSlots slots = transformSlots(plan.m);
  if (plan.isHalves) {
    // Each is divided by kHalvesFactor too.
    slots.input += points * (2 * kConversionSlots + 1);
    slots.output += static_cast<double>(plan.m * plan.m) * kConversionSlots;
  }
  auto in = static_cast<double>(plan.channelLanes),
       out = static_cast<double>(plan.featureLanes);
  // Of an element: its load, whether it exists, its store.
  plan.inputCost = streamCost(
      plan.inputThreads(), kPlaceSlots + points * (3 + in) + in * slots.input,
      (image + transformed) * bytes, points * in + kPlaceRegisters, machine);
  plan.outputCost = streamCost(
      plan.outputThreads(), kPlaceSlots + 2 * points + out * slots.output,
      made * kFloatBytes +
          results * static_cast<double>(outputs.size()) * bytes,
      points * out + kPlaceRegisters, machine);
  plan.cost.cycles = plan.inputCost.cycles + *products +
                     plan.outputCost.cycles + 2 * targets::kLaunchCycles;
  return true;
}
} // namespace

std::optional<WinogradLaunchPlan> planWinogradLaunches(const Problem &problem) {
  const Nest &nest = problem.nest;
  if (!problem.contraction ||
      (!problem.contraction->isFloat32() && !isOfFastHalves(problem)) ||
      nest.scalarOnly || nest.needsIndices || holdsTruthValues(nest))
    return std::nullopt;
  auto dims = findWinogradDimensions(nest, *problem.contraction);
  if (!dims || !dims->outer.empty())
    return std::nullopt;
  std::optional<WinogradLaunchPlan> best;
  for (int64_t m : {4, 2}) {
    WinogradLaunchPlan plan;
    static_cast<WinogradDimensions &>(plan) = *dims;
    plan.m = m;
    plan.isHalves = !problem.contraction->isFloat32();
    if ((plan.isHalves && m != 2) || !fill(plan, problem))
      continue;
    double scratch =
        static_cast<double>(plan.points()) *
        (static_cast<double>(plan.inputStride()) * plan.operandBytes() +
         static_cast<double>(plan.productStride()) * kFloatBytes);
    if (scratch <= static_cast<double>(problem.machine.scratchBytes) &&
        (!best || plan.cost.cycles < best->cost.cycles))
      best = plan;
  }
  return best;
}

} // namespace dlc::loops
