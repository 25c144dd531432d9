//===- WindowPlan.cpp - Sums of bytes on windows that stay bytes ----------===//

#include "codegen/loops/windows/WindowPlan.h"
#include "codegen/loops/integer/StorageChoice.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace dlc::loops {

namespace {
constexpr int64_t kGroup = WindowShape::kGroup;
constexpr int64_t kAlign = 8;
/// Positions of a strip at most where there is no padding, and where their sums
/// are stored before they are rescaled.
constexpr int64_t kMostPositions = 64, kMostStored = 8;
/// Groups of a row beyond which kernel.windows reads them in their order, and
/// the farthest byte that it reaches then (codegen/kernels/MveWindows.cpp).
constexpr int64_t kFixedGroups = 16, kFixedReach = 481;

// In instructions: a group of bytes that is copied; a row of a strip, or one of
// a few bytes; a call of the kernel; what is done for positions and for a block
// of columns beside the products; a result that is rescaled in 64 bits by code,
// or to which the rest of the epilogue is done.
constexpr double kWideBlock = 26;
constexpr double kCopied = 3, kRow = 20, kPiece = 4, kCall = 30, kPositions = 8,
                 kBlock = 23, kLongResult = 24, kRest = 16;

class Planner {
public:
  Planner(Nest &nest, const Contraction &contraction, func::FuncOp stage,
          const Machine &machine, int64_t panels)
      : nest(nest), contraction(contraction), stage(stage), machine(machine),
        panels(panels) {}

  std::optional<WindowPlan> run() {
    std::optional<StageSums> sums =
        readSums(nest, contraction, StageData::BytesOrHalfwords);
    if (!sums || !contraction.groups.empty())
      return std::nullopt;
    static_cast<StageSums &>(plan) = std::move(*sums);
    if (plan.part) {
      plan.inParts = true;
      plan.sums.rescale = plan.part->rescale;
      plan.stored = plan.part->stored;
      plan.beside = plan.part->beside;
    }
    if (!readPositions() || !readWindow() || !readGuards() || !readCallers())
      return std::nullopt;
    WindowPlan read = plan;
    std::optional<WindowPlan> best;
    for (bool gathered : {false, true}) {
      plan = read;
      if (gathered && plan.rows.size == 1)
        continue;
      plan.gathered = gathered;
      chooseTile();
      if (!chooseStrip())
        continue;
      plan.instructionsInAll = cost();
      if (!best || plan.instructionsInAll < best->instructionsInAll)
        best = plan;
    }
    return best;
  }

private:
  const Access &data() const { return nest.inputs[plan.data]; }

  bool readPositions() {
    plan.outer = contraction.positions;
    if (plan.outer.empty())
      return true;
    plan.along = static_cast<int>(plan.outer.pop_back_val());
    plan.positions = nest.sizes[plan.along];
    plan.step = data().address.coefficients[plan.along] * plan.sums.dataBytes;
    return plan.step > 0 &&
           nest.outputs.front().address.coefficients[plan.along] > 0;
  }

  bool readWindow() {
    SmallVector<Run> runs = readRuns(nest, data(), plan.sums.order.reduction);
    if (runs.empty() || runs.size() > 2 || runs.back().stride != 1)
      return false;
    plan.row = runs.back();
    if (runs.size() == 2)
      plan.rows = runs.front();
    // What follows is counted in bytes.
    const int64_t bytes = plan.sums.dataBytes;
    plan.row.size *= bytes;
    plan.row.unit *= bytes;
    plan.rows.stride *= bytes;
    plan.shape.elementBytes = bytes;
    plan.shape.rows = plan.rows.size;
    plan.shape.bytes = plan.row.size;
    return plan.rows.stride >= 0;
  }

  /// Padding at the ends of a row moves along with the positions, byte by byte;
  /// whole rows are padding whatever the position in the strip.
  bool readGuards() {
    for (const Guard *guard : plan.row.guards) {
      bool moves = plan.along >= 0 && guard->parallel == plan.along;
      int64_t step =
          moves ? guard->position.coefficients[plan.along] * plan.row.unit
                : plan.step;
      if (guard->position.coefficients[guard->reduction] != 1 ||
          step != plan.step || (!moves && plan.positions > 1))
        return false;
    }
    return llvm::all_of(plan.rows.guards, [&](const Guard *guard) {
      return guard->parallel < 0 || guard->parallel != plan.along;
    });
  }

  bool readCallers() {
    std::vector<std::vector<Column>> all;
    StageSums some = plan;
    for (int64_t p = 0; p < panels; ++p) {
      some.sums = fromColumn(plan.sums, p * plan.sums.features);
      auto columns = columnsAtCallers(some, nest, stage);
      if (!columns || !llvm::all_of(*columns, areBytes))
        return false;
      llvm::move(*columns, std::back_inserter(all));
    }
    plan.shift = plan.stored && plan.stored->isWide()
                     ? wideShift(all)
                     : commonShift(plan.sums, all, WeightForm::Bytes);
    if (!plan.shift) {
      plan.inParts = false;
      plan.dropRescale();
      return true;
    }
    plan.stored = withShift(*plan.stored, *plan.shift);
    return true;
  }

  /// Two positions share weights; of one, eight columns share the data.
  void chooseTile() {
    int64_t features = plan.sums.features;
    if (plan.positions > 1)
      plan.tile = {2, 4};
    else
      plan.tile = {1, features % 8 == 0 ? 8 : 4};
    plan.shape.columns = plan.tile.columns;
    if (plan.gathered) {
      plan.shape.bytes *= plan.shape.rows;
      plan.shape.rows = 1;
      return;
    }
    int64_t groups = plan.shape.groups();
    int64_t apart = plan.step / kGroup;
    bool reaches = groups <= kFixedGroups &&
                   (groups - 1) * kGroup + plan.step <= kFixedReach;
    if (plan.positions > 1 && plan.step % kGroup == 0 && reaches &&
        apart < groups && groups % apart == 0)
      plan.shape.apart = apart;
  }

  /// The longest strip that the memory allows.
  bool chooseStrip() {
    int64_t most = mostScratchBytes(plan, nest, machine);
    bool windows = !plan.row.guards.empty() || plan.rows.size > 1;
    int64_t limit = windows ? plan.positions : kMostPositions;
    if (!plan.shift)
      limit = kMostStored;
    plan.strip = std::min(plan.positions, limit);
    auto bytes = [&] {
      return plan.rowsBytes() + plan.gatheredBytes() + 4 * plan.sumElements() +
             plan.partElements();
    };
    while (bytes() > most && plan.strip > 2) {
      int64_t less = plan.strip - std::max<int64_t>(1, plan.strip / 8);
      plan.strip = std::max<int64_t>(2, less & ~int64_t(1));
    }
    // Additions of the kernel.
    constexpr int64_t kFar = int64_t(1) << 18;
    ArrayRef<int64_t> result = nest.outputs.front().address.coefficients;
    return plan.rowsBytes() < kFar && plan.gatheredBytes() < kFar &&
           plan.sums.features < kFar / 4 &&
           (plan.along < 0 || result[plan.along] < kFar);
  }

  double stripCost(int64_t count) const {
    auto rowBytes = static_cast<double>(plan.rowBytes(count));
    double copies = static_cast<double>(plan.rows.size) *
                    (kRow + rowBytes / kGroup * kCopied);
    auto groups = static_cast<double>(plan.shape.rows * plan.shape.groups());
    auto blocks = static_cast<double>(plan.shape.blocks(plan.sums.features));
    double block =
        plan.stored && plan.stored->isWide() ? kBlock + kWideBlock : kBlock;
    auto tiles = [&](int64_t number, IntegerTile tile) {
      auto [positions, columns] = tile;
      double group =
          static_cast<double>(positions + columns + positions * columns);
      return static_cast<double>(number) *
             (kPositions + blocks * (block + groups * group));
    };
    double cost =
        copies + kCall + tiles(count / plan.tile.positions, plan.tile);
    if (count % plan.tile.positions)
      cost += kCall + tiles(1, {1, plan.tile.columns});
    if (plan.inParts)
      cost += kRest * static_cast<double>(count * plan.sums.features);
    if (!plan.shift)
      cost += kLongResult * static_cast<double>(count * plan.sums.features);
    if (plan.gathered) {
      auto rows = static_cast<double>(plan.rows.size);
      auto groups =
          static_cast<double>(llvm::divideCeil(plan.row.size, kGroup));
      bool pieces = areWordPieces(plan.row.size);
      cost += static_cast<double>(count) *
              (kRow + rows * (pieces ? kPiece : kRow + groups * kCopied));
    }
    return cost;
  }

  double cost() const {
    int64_t whole = plan.positions / plan.strip;
    double cost = static_cast<double>(whole) * stripCost(plan.strip);
    if (int64_t rest = plan.positions % plan.strip)
      cost += stripCost(rest);
    for (unsigned d : plan.outer)
      cost *= static_cast<double>(nest.sizes[d]);
    return cost;
  }

  Nest &nest;
  const Contraction &contraction;
  func::FuncOp stage;
  const Machine &machine;
  int64_t panels;
  WindowPlan plan;
};
} // namespace

bool areWordPieces(int64_t bytes) { return bytes == 4 || bytes == 8; }

int64_t WindowPlan::rowBytes(int64_t count) const {
  return (count - 1) * step + row.size;
}

int64_t WindowPlan::pitch() const {
  return llvm::alignTo(rowBytes(strip), kAlign);
}

/// The last group of the last window goes beyond its end.
int64_t WindowPlan::rowsBytes() const {
  int64_t read = (strip - 1) * step + llvm::alignTo(row.size, kGroup);
  return (rows.size - 1) * pitch() + std::max(pitch(), read);
}

int64_t WindowPlan::gatheredBytes() const {
  if (!gathered)
    return 0;
  return (strip - 1) * windowStep() + shape.groups() * kGroup;
}

std::optional<WindowPlan> planWindows(Nest &nest,
                                      const Contraction &contraction,
                                      func::FuncOp stage,
                                      const Machine &machine, int64_t panels) {
  return Planner(nest, contraction, stage, machine, panels).run();
}

} // namespace dlc::loops
