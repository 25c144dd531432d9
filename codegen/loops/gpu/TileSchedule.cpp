//===- TileSchedule.cpp - A sum of products in tiles of a GPU -------------===//

#include "codegen/loops/gpu/TileSchedule.h"
#include "codegen/loops/gpu/Bytes.h"
#include "targets/description/GpuRates.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace dlc::loops {

namespace {
/// Few threads to a block: a block of sm_62 has 32768 registers.
constexpr GpuTile kTiles[] = {
    {128, 64, 8, 8, 8}, {64, 128, 8, 8, 8}, {64, 64, 8, 8, 8},
    {64, 32, 8, 8, 4},  {32, 64, 8, 4, 8},  {32, 32, 8, 4, 4},
    {16, 64, 16, 4, 4}, {64, 16, 16, 4, 4}, {56, 128, 8, 7, 8},
    {56, 64, 8, 7, 8},  {112, 64, 8, 7, 8}, {196, 64, 8, 7, 8},
    {49, 256, 8, 7, 8}, {28, 128, 8, 7, 8}, {112, 64, 7, 7, 8}};
/// Of halves that are added up in pairs: parts of as many bytes.
constexpr GpuTile kPairTiles[] = {
    {128, 64, 16, 8, 8}, {64, 128, 16, 8, 8}, {64, 64, 16, 8, 8},
    {64, 32, 16, 8, 4},  {32, 64, 16, 4, 8},  {32, 32, 16, 4, 4},
    {16, 64, 16, 4, 4},  {64, 16, 16, 4, 4},  {56, 128, 16, 7, 8},
    {56, 64, 16, 7, 8},  {112, 64, 16, 7, 8}, {196, 64, 16, 7, 8},
    {49, 256, 16, 7, 8}, {112, 64, 7, 7, 8}};
/// Steps of a part come in whole runs, but for those of a window's width.
constexpr int64_t kStepRun = 8;
/// Products that are added up in halves before the sum goes to one of float32:
/// off by 0.3% of their size at most, and the way there costs 2%.
constexpr int64_t kPairSteps = 256;
/// Threads of a block that can have all registers that they may name.
constexpr int64_t kThreads = 128;
/// Elements that a thread has side by side: 16 bytes of floats, of halves.
constexpr int64_t kRuns[] = {4, 8};

/// Elements of a window that are loaded at once.
constexpr int64_t kWindowLanes = 2;

// Estimates in cycles of a multiprocessor, from the loops of such tiles as
// ptxas 12.9 makes them.

/// Issue slots of a step of a thread beside its multiply-adds: the loads of its
/// fragments, and its share of loads, stores and addresses.
double extraSlots(const GpuTileSchedule &s) {
  const GpuTile &tile = s.tile;
  double slots = 3;
  if (s.left.load == OperandLoad::Window)
    slots +=
        static_cast<double>(s.left.lineElements(tile.threadRows, tile.steps)) /
        static_cast<double>(kWindowLanes * tile.steps);
  else
    slots += static_cast<double>(tile.threadSlots()) /
             static_cast<double>(s.left.run);
  slots += static_cast<double>(tile.threadColumns) /
           static_cast<double>(s.right.run);
  return slots;
}
/// Of a block beside its steps: addresses, first loads, epilogue.
constexpr double kStartCycles = 600, kSlotsOfResult = 3, kFragmentLatency = 30;
/// Warps of a scheduler that hide the latency of a multiply-add.
constexpr double kWarpsWanted = 2;
constexpr int64_t kSchedulers = 4, kWarp = 32, kLanesOfSchedulers = 128;

/// Of an element on its way to shared memory: a byte to float32, a half.
constexpr double kConversionSlots = 7, kWideningSlots = 4;
/// Of a thread's sum where it becomes whole.
constexpr double kWholeSlots = 6, kPairSlots = 3;
/// Of a result that is stored by itself.
constexpr double kSlotsOfSingle = 6;

/// How many products of bytes float32 adds up exactly, in any order: while all
/// sums are at most 2^24. 0: no such sum.
int64_t exactStepsOf(const Contraction &contraction) {
  auto data = zeroPointOf(contraction.data),
       weights = zeroPointOf(contraction.weights);
  if (!data || !weights || !contraction.accumulator.isInteger(32))
    return 0;
  return (int64_t(1) << 24) / (magnitudeOf(contraction.data, *data) *
                               magnitudeOf(contraction.weights, *weights));
}

/// What a thread needs besides where it computes several blocks of a launch,
/// one after the other: for that loop, and for the fragments of each step,
/// which ptxas loads early.
constexpr double kLoopRegisters = 2, kStepRegisters = 3;

/// Registers for what a thread loads of an operand: where each of it is read,
/// what of it may be padding, and where it goes.
double loadRegisters(const GpuTile &tile, const GpuOperand &operand,
                     int64_t rows) {
  constexpr double ofLoad = 6, ofPanel = 5;
  if (operand.load == OperandLoad::Panel)
    return ofPanel;
  int64_t lanes = operand.load == OperandLoad::Single ? 1 : operand.run,
          loads = operand.load == OperandLoad::Window
                      ? operand.lineElements(tile.rows, tile.steps)
                      : rows * tile.steps / lanes;
  return ofLoad * static_cast<double>(loads) /
         static_cast<double>(tile.threads());
}

LaunchCost costOf(const GpuTileSchedule &s, const Machine &machine) {
  const GpuTile &tile = s.tile;
  const double results =
      static_cast<double>(tile.threadRows * tile.threadColumns);
  double macs = results / static_cast<double>(s.sumsTogether());
  const int64_t stepsOfPart = s.partSteps() / tile.steps;
  const int64_t stepsOfAll = s.paddedDepth / stepsOfPart;
  auto steps = static_cast<double>(stepsOfAll);
  double warps = static_cast<double>(llvm::divideCeil(tile.threads(), kWarp));
  // A warp's instruction takes a slot; a multiprocessor with fewer lanes gives
  // fewer of them.
  double stepSlots = macs + extraSlots(s), resultSlots = kSlotsOfResult;
  // About what a thread needs besides its sums and fragments.
  const int64_t fragments =
      2 * (tile.threadRows + tile.threadColumns) / s.sumsTogether();
  double registers = macs + static_cast<double>(fragments) + 40;
  if (s.exactSteps && !s.hasWords) {
    stepSlots += kConversionSlots *
                 static_cast<double>(tile.rows + tile.columns) /
                 static_cast<double>(tile.threads());
    stepSlots += macs * kWholeSlots / static_cast<double>(s.exactSteps);
    resultSlots += kWholeSlots;
    if (s.exactSteps < s.depth)
      registers += macs;
  }
  if (s.widens)
    stepSlots += kWideningSlots *
                 static_cast<double>(tile.rows + tile.columns) /
                 static_cast<double>(tile.threads());
  if (s.pairSteps) {
    stepSlots += results * kPairSlots / static_cast<double>(s.pairSteps);
    registers += results;
  }
  if (s.hasPairs && s.runDim < 0)
    resultSlots += kSlotsOfSingle;
  double slots = warps * (steps * stepSlots + results * resultSlots);
  double slotsPerCycle =
      kSchedulers * static_cast<double>(machine.gpuLanes) / kLanesOfSchedulers;
  int64_t blocks = llvm::divideCeil(s.rowCount, tile.rows) *
                   llvm::divideCeil(s.columnCount, tile.columns) * s.groupCount;
  int64_t perMultiprocessor = llvm::divideCeil(
      blocks, static_cast<int64_t>(machine.gpuMultiprocessors));
  double resident = std::max(
      1.0, std::floor(machine.gpuRegisters /
                      (registers * static_cast<double>(tile.threads()))));
  resident = std::min(resident, static_cast<double>(perMultiprocessor));
  double filled =
      std::min(1.0, resident * warps / (kSchedulers * kWarpsWanted));
  LaunchCost cost;
  cost.slots = slots;
  cost.registers = registers + kLoopRegisters +
                   kStepRegisters * static_cast<double>(tile.steps) +
                   loadRegisters(tile, s.left, tile.slots()) +
                   loadRegisters(tile, s.right, tile.columns);
  // A warp alone issues the products of a step one after the other, and waits
  // for its fragments.
  cost.latency = steps * (macs + kFragmentLatency) + kStartCycles +
                 results * kSlotsOfResult;
  cost.cycles =
      (static_cast<double>(perMultiprocessor) * slots / slotsPerCycle +
       kStartCycles) /
      filled;
  return cost;
}

class Scheduler {
public:
  explicit Scheduler(const Problem &problem)
      : problem(problem), nest(problem.nest),
        contraction(*problem.contraction) {}

  std::optional<GpuTileSchedule> run() {
    GpuTileSchedule base;
    base.exactSteps = exactStepsOf(contraction);
    takeHalves(base);
    if ((!contraction.isFloat32() && base.exactSteps == 0 && !base.hasPairs &&
         !base.widens) ||
        !nest.inits.front() || contraction.positions.empty() ||
        contraction.features.empty())
      return std::nullopt;
    assignSides(base);
    base.groups.append(contraction.groups.begin(), contraction.groups.end());
    orderSteps(base);
    base.rowCount = count(base.left.rows);
    base.columnCount = count(base.right.rows);
    base.groupCount = count(base.groups);
    base.depth = contraction.depth;
    if (base.groupCount > 65535)
      return std::nullopt;
    std::optional<GpuTileSchedule> best;
    for (const GpuTile &tile :
         base.hasPairs ? ArrayRef(kPairTiles) : ArrayRef(kTiles))
      for (bool words : {false, true})
        for (int64_t run : ArrayRef(kRuns).take_front(base.hasPairs ? 2 : 1)) {
          std::optional<GpuTileSchedule> schedule =
              scheduleTile(base, tile, words, run);
          if (schedule && (!best || schedule->cost.cycles < best->cost.cycles))
            best = std::move(schedule);
        }
    pack(*best, best->left, best->tile.rows);
    pack(*best, best->right, best->tile.columns);
    return best;
  }

private:
  std::optional<GpuTileSchedule> scheduleTile(const GpuTileSchedule &base,
                                              const GpuTile &tile, bool words,
                                              int64_t run) const {
    GpuTileSchedule schedule = base;
    schedule.tile = tile;
    if (tile.threadSlots() % run == 0)
      schedule.left.run = run;
    if (tile.threadColumns % run == 0)
      schedule.right.run = run;
    schedule.runDim = findRuns(schedule);
    schedule.left.load = loadOf(schedule, schedule.left, tile.slots());
    if (takesWindow(schedule, schedule.left))
      schedule.left.load = OperandLoad::Window;
    else if (tile.steps % kStepRun != 0)
      return std::nullopt;
    schedule.right.load = loadOf(schedule, schedule.right, tile.columns);
    if (words && !takesWords(schedule))
      return std::nullopt;
    // Threads of large blocks spill where a block has half of the registers.
    if (tile.threads() > kThreads &&
        problem.machine.gpuBlockRegisters < problem.machine.gpuRegisters)
      return std::nullopt;
    // Rows that lie side by side go to shared memory as they are.
    if (tile.isPadded() && (words || schedule.left.load == OperandLoad::Panel ||
                            schedule.left.load == OperandLoad::AlongRows))
      return std::nullopt;
    schedule.hasWords = words;
    schedule.paddedDepth = llvm::alignTo(schedule.depth, schedule.partSteps());
    schedule.cost = costOf(schedule, problem.machine);
    return schedule;
  }

  /// Halves are added up in pairs where the chip is fast at that, else they
  /// become float32.
  void takeHalves(GpuTileSchedule &schedule) const {
    bool isWide = contraction.accumulator.isF32();
    if (!contraction.data.element.isF16() ||
        !contraction.weights.element.isF16() ||
        (!isWide && !contraction.accumulator.isF16()))
      return;
    schedule.hasPairs = targets::hasFastHalves(problem.machine);
    schedule.widens = !schedule.hasPairs && isWide;
    if (schedule.hasPairs && isWide)
      schedule.pairSteps = kPairSteps;
  }

  int64_t count(ArrayRef<unsigned> dims) const {
    int64_t positions = 1;
    for (unsigned d : dims)
      positions *= nest.sizes[d];
    return positions;
  }

  /// Columns are along what lies side by side in the result.
  void assignSides(GpuTileSchedule &schedule) {
    GpuOperand data, weights;
    data.input = contraction.data.input;
    data.rows.append(contraction.positions.begin(),
                     contraction.positions.end());
    weights.input = contraction.weights.input;
    weights.rows.append(contraction.features.begin(),
                        contraction.features.end());
    ArrayRef<int64_t> c = nest.outputs.front().address.coefficients;
    auto hasUnit = [&](ArrayRef<unsigned> dims) {
      return llvm::any_of(dims, [&](unsigned d) { return c[d] == 1; });
    };
    bool swapped = hasUnit(data.rows) && !hasUnit(weights.rows);
    schedule.left = swapped ? weights : data;
    schedule.right = swapped ? data : weights;
    for (GpuOperand *side : {&schedule.left, &schedule.right})
      sortBy(c, side->rows);
  }

  static void sortBy(ArrayRef<int64_t> coefficients,
                     SmallVector<unsigned> &dims) {
    llvm::sort(dims, [&](unsigned x, unsigned y) {
      return std::make_tuple(-std::abs(coefficients[x]), x) <
             std::make_tuple(-std::abs(coefficients[y]), y);
    });
  }

  /// The step that varies fastest is along what lies side by side in the data.
  void orderSteps(GpuTileSchedule &schedule) {
    schedule.steps = contraction.reduction();
    sortBy(nest.inputs[contraction.data.input].address.coefficients,
           schedule.steps);
  }

  bool isAligned(const Access &access, unsigned d, int64_t run) const {
    constexpr int64_t most = 16;
    int64_t bytes = std::min(most, run * bytesOf(access.buffer.element));
    return bytes > 0 && access.address.coefficients[d] == 1 &&
           nest.sizes[d] % run == 0 &&
           alignmentOfRuns(nest, problem.stage, access, static_cast<int>(d),
                           run) >= bytes;
  }

  static bool isGuardedAlong(const Access &access, unsigned d) {
    return llvm::any_of(access.guards, [&](const Guard &guard) {
      return guard.position.coefficients[d] != 0;
    });
  }

  bool isPacked(const GpuOperand &operand) const {
    const Access &access = nest.inputs[operand.input];
    return access.packable && access.guards.empty();
  }

  OperandLoad loadOf(const GpuTileSchedule &schedule, const GpuOperand &operand,
                     int64_t rows) const {
    const Access &access = nest.inputs[operand.input];
    int64_t runs = rows * schedule.tile.steps / operand.run;
    if (isPacked(operand))
      return OperandLoad::Panel;
    if (access.buffer.splat || access.buffer.scalar ||
        (runs % schedule.tile.threads() != 0 && !schedule.tile.isPadded()))
      return OperandLoad::Single;
    unsigned step = schedule.steps.back(), row = operand.rows.back();
    if (isAligned(access, step, operand.run) && !isGuardedAlong(access, step))
      return OperandLoad::AlongSteps;
    if (isAligned(access, row, operand.run) && !isGuardedAlong(access, row))
      return OperandLoad::AlongRows;
    return OperandLoad::Single;
  }

  /// Whether a part's steps are the positions of a window along a line of the
  /// image, and the tile's rows lie along that line: they share its elements.
  bool takesWindow(const GpuTileSchedule &schedule, GpuOperand &operand) const {
    const GpuTile &tile = schedule.tile;
    const Access &access = nest.inputs[operand.input];
    const unsigned step = schedule.steps.back(), row = operand.rows.back();
    const int64_t apart = access.address.coefficients[row];
    // A thread's rows are neighbours where they come in sevens.
    if (operand.load != OperandLoad::Single || access.buffer.splat ||
        access.buffer.scalar || isPacked(operand) || !tile.isPadded() ||
        nest.sizes[step] != tile.steps || nest.sizes[row] % tile.rows != 0 ||
        access.address.coefficients[step] != 1 || apart < 1 ||
        apart >= tile.steps)
      return false;
    operand.apart = apart;
    return llvm::all_of(access.guards, [&](const Guard &guard) {
      ArrayRef<int64_t> c = guard.position.coefficients;
      return c[row] == apart * c[step];
    });
  }

  /// Words of four steps come from the data as they are, and weights are
  /// stored as such. The zero point of the data is taken off with the weights'
  /// sums.
  bool takesWords(const GpuTileSchedule &schedule) const {
    bool isLeft = schedule.left.input == contraction.data.input;
    const GpuOperand &data = isLeft ? schedule.left : schedule.right;
    const GpuOperand &weights = isLeft ? schedule.right : schedule.left;
    return problem.machine.gpuDotRate > 0 && schedule.exactSteps != 0 &&
           *zeroPointOf(contraction.weights) == 0 &&
           data.load == OperandLoad::AlongSteps &&
           weights.load == OperandLoad::Panel;
  }

  void pack(const GpuTileSchedule &schedule, GpuOperand &operand,
            int64_t width) const {
    if (operand.load != OperandLoad::Panel)
      return;
    const Access &access = nest.inputs[operand.input];
    PanelLayout layout;
    layout.element = access.buffer.element;
    layout.source = access.address;
    layout.sizes = nest.sizes;
    layout.groups = schedule.groups;
    layout.rows = operand.rows;
    layout.steps = schedule.steps;
    layout.width = width;
    layout.paddedSteps = schedule.paddedDepth;
    if (schedule.hasWords) {
      layout.together = 4;
      layout.sumFactor = -*zeroPointOf(contraction.data);
      layout.isSigned = contraction.weights.isSigned;
    }
    operand.panels = std::make_shared<PanelWeights>(std::move(layout));
  }

  /// Whether a run of results side by side is one store, and all that the
  /// epilogue needs for them one load or one element.
  int findRuns(const GpuTileSchedule &schedule) const {
    unsigned d = schedule.right.rows.back();
    auto fits = [&](const Access &access) {
      return access.buffer.splat || access.buffer.scalar ||
             access.address.coefficients[d] == 0 ||
             isAligned(access, d, schedule.right.run);
    };
    for (const std::optional<Access> &input : nest.epilogueInputs)
      if (input && !fits(*input))
        return -1;
    for (const Access &output : nest.outputs)
      if (!isAligned(output, d, schedule.right.run))
        return -1;
    return takesVectors(nest.epilogue) ? static_cast<int>(d) : -1;
  }

  const Problem &problem;
  Nest &nest;
  const Contraction &contraction;
};
} // namespace

std::optional<GpuTileSchedule> scheduleGpuTiles(const Problem &problem) {
  if (!problem.contraction)
    return std::nullopt;
  return Scheduler(problem).run();
}

} // namespace dlc::loops
