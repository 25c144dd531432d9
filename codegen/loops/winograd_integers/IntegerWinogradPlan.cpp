//===- IntegerWinogradPlan.cpp - Which convolutions of bytes it computes --===//

#include "codegen/loops/nest/ModuleIndex.h"
#include "codegen/loops/weights/CallerConstants.h"
#include "codegen/loops/weights/WeightAllowance.h"
#include "codegen/loops/winograd_integers/IntegerWinograd.h"

using namespace mlir;

namespace dlc::loops {

namespace {
/// Offsets of loads and stores.
constexpr int64_t kFarthest = 4095, kHalfword = 2;
/// As many pixels before and behind an image as leave each tile one of its own.
constexpr int64_t kMostPadding = 2;

/// Kernels of an instruction, and what they take, in instructions.
struct Kernels {
  StringRef instruction;
  int64_t tiles, block;
  int64_t elementBytes; // of a point
  /// A channel of a tile's pixels; a group of channels of a point and a block;
  /// a block beside its products; a filter of one channel, 0 where none becomes
  /// points in the stage.
  double pixels, products, ofBlock, filter;
};
constexpr Kernels kKernels[] = {
    {"smlad", 1, 4, 2, 45.5, 10.5, 235, 43},
    {"mla", 4, 2, 4, 77, 12, 560, 63},
    {"mla", 2, 4, 4, 77, 13, 560, 63},
    {"mla", 4, 2, 2, 77, 14, 560, 63},
    {"mla", 2, 4, 2, 77, 14, 560, 63},
    {"mla", 1, 8, 2, 77, 17, 560, 63},
    {"muls adds", 1, 4, 4, 122, 10, 780, 0},
    {"muls adds", 1, 4, 2, 122, 11, 780, 0},
};

// Code of the stage: a tile, one at the border beside its bytes, and a byte of
// these; a result of which the epilogue goes on; where filters become points, a
// filter of a channel, a block, and a block of tiles that are computed
// together.
constexpr double kTile = 70, kBorder = 150, kBorderByte = 0.7, kRest = 16;
constexpr double kFilters = 150, kBlock = 50;

class Planner {
public:
  Planner(Nest &nest, const Contraction &contraction, func::FuncOp stage,
          const Machine &machine)
      : nest(nest), contraction(contraction), stage(stage), machine(machine) {}

  std::optional<IntegerWinogradPlan> run() {
    plan.instructions = integerFormOf(machine);
    if (!plan.instructions || !readConvolution() || !readEpilogue() ||
        !findShift())
      return std::nullopt;
    std::optional<IntegerWinogradPlan> cheapest;
    for (const Kernels &each : kKernels) {
      plan.tiles = each.tiles;
      plan.block = each.block;
      plan.elementBytes = each.elementBytes;
      if (each.instruction != plan.instructions->instruction || !fitsKernels())
        continue;
      for (int64_t strip = 0; strip <= plan.rows.count; ++strip) {
        plan.strip = strip;
        if (!isStrip() || (strip && each.filter == 0) || !hasRoom())
          continue;
        plan.instructionsInAll = costOf(each);
        if (!cheapest || plan.instructionsInAll < cheapest->instructionsInAll)
          cheapest = plan;
      }
    }
    return cheapest;
  }

private:
  const Access &image() const { return nest.inputs[plan.data]; }

  bool readConvolution() {
    auto dimensions = findWinogradDimensions(nest, contraction);
    std::optional<StageSums> read = readSums(nest, contraction);
    if (!dimensions || !read)
      return false;
    static_cast<WinogradDimensions &>(plan) = *dimensions;
    static_cast<StageSums &>(plan) = std::move(*read);
    plan.sums.order.reduction = {plan.kernelRow, plan.kernelColumn,
                                 plan.channel};
    plan.rows = cutTiles(nest, plan.row, kTileResults);
    plan.columns = cutTiles(nest, plan.column, kTileResults);
    plan.pixel = image().address.coefficients[plan.column];
    keepInside();
    plan.pixelRow = image().address.coefficients[plan.row];
    return isPadded(plan.row, plan.kernelRow, plan.rows) &&
           isPadded(plan.column, plan.kernelColumn, plan.columns);
  }

  /// Tiles of which the last pixel's whole groups of channels lie beyond the
  /// row are at the border too.
  void keepInside() {
    int64_t behind = plan.wholeChannels() - plan.channels;
    TileRow &tiles = plan.columns;
    int64_t last = tiles.padding + tiles.input - kTilePixels -
                   llvm::divideCeil(behind, plan.pixel);
    last = last < 0 ? 0 : last / kTileResults + 1;
    tiles.lastInside =
        std::max(tiles.firstInside, std::min(tiles.lastInside, last));
  }

  /// Whether padding along an axis is what tiles at the border expect.
  bool isPadded(unsigned position, unsigned tap, const TileRow &tiles) const {
    for (const Guard &guard : image().guards) {
      bool here = guard.parallel == static_cast<int>(position);
      bool other = guard.parallel == static_cast<int>(plan.row) ||
                   guard.parallel == static_cast<int>(plan.column);
      if (!here && other)
        continue;
      if (!here || guard.reduction != static_cast<int>(tap) ||
          guard.position.coefficients[position] != 1 ||
          guard.position.coefficients[tap] != 1)
        return false;
    }
    int64_t behind = tiles.output + 2 - tiles.padding - tiles.input;
    return tiles.padding >= 0 && tiles.padding <= kMostPadding &&
           behind <= kMostPadding;
  }

  bool readEpilogue() {
    if (plan.part) {
      plan.inParts = true;
      plan.sums.rescale = plan.part->rescale;
      plan.stored = plan.part->stored;
      plan.beside = plan.part->beside;
    }
    return plan.sums.rescale && plan.stored;
  }

  bool fitsKernels() const {
    int64_t point = plan.wholeChannels() * plan.tiles * plan.elementBytes;
    return plan.features % plan.block == 0 &&
           plan.columns.count % plan.tiles == 0 &&
           plan.pixel >= plan.channels && 3 * plan.pixel <= kFarthest &&
           3 * point + 2 * plan.elementBytes <= kFarthest &&
           2 * plan.tiles * plan.features <= kFarthest;
  }

  bool findShift() {
    auto callers = columnsAtCallers(plan, nest, stage);
    if (!callers)
      return false;
    if (plan.instructions->limbs)
      return findLimbs(*callers);
    auto shift = commonShift(plan.sums, *callers, kWinogradScale);
    if (!shift)
      return false;
    areBytes = llvm::all_of(*callers, areByteFilters);
    plan.shift = *shift;
    plan.stored = withShift(*plan.stored, *shift);
    return true;
  }

  /// Weights are words, seven times as large: only where there is a budget.
  bool findLimbs(const std::vector<std::vector<Column>> &callers) {
    plan.limbs = winogradLimbs(plan.sums, callers);
    if (!plan.limbs || !hasFlashBudget(nest.module->module()))
      return false;
    plan.stored = withLimbs(*plan.stored, *plan.limbs);
    return true;
  }

  /// Strips are all equal, and filters in them read as bytes, of which half the
  /// points are near each other.
  bool isStrip() const {
    return plan.strip == 0 ||
           (areBytes && plan.rows.count % plan.strip == 0 &&
            (kPoints / 2 - 1) * plan.blockFilters() * kHalfword <= kFarthest);
  }

  bool hasRoom() const {
    int64_t scratch = plan.stripBytes() + plan.besideBytes(nest);
    if (plan.strip)
      scratch += plan.filterHalfwords() * kHalfword;
    if (scratch > mostScratchBytes(plan, nest, machine))
      return false;
    IntegerWinogradWeights weights(plan.sums, *plan.instructions, plan.block,
                                   plan.shift, plan.strip != 0, plan.limbs);
    BlockArgument own = nest.inputs[plan.weights].buffer.constant;
    SmallVector<unsigned> beside;
    for (BlockArgument argument : plan.beside)
      beside.push_back(argument.getArgNumber());
    return bytesAdded(*nest.module, stage, own.getOwner()->getArgumentTypes(),
                      weights, own.getArgNumber(),
                      beside) <= machine.weightBytes;
  }

  double costOf(const Kernels &kernels) const {
    auto number = [](int64_t count) { return static_cast<double>(count); };
    double groups = number(plan.wholeChannels() / plan.instructions->group);
    double blocks = number(plan.features / plan.block);
    double tiles = number(plan.rows.count * plan.columns.count);
    double inside =
        number((plan.rows.lastInside - plan.rows.firstInside) *
               (plan.columns.lastInside - plan.columns.firstInside));
    double tile = kTile + number(plan.wholeChannels()) * kernels.pixels;
    double border = kBorder + number(kPoints * plan.channels) * kBorderByte;
    double products = blocks * (number(kPoints) * groups * kernels.products +
                                kernels.ofBlock);
    double results = number(plan.rows.output * plan.columns.output);
    double all = tiles * tile + (tiles - inside) * border +
                 tiles / number(plan.tiles) * products;
    if (plan.strip) {
      double strips = number(plan.rows.count / plan.strip);
      double filters = number(plan.blockFilters()) * kernels.filter;
      all += strips * blocks * (filters + kFilters);
      all += tiles / number(plan.tiles) * blocks * kBlock;
    }
    if (plan.inParts)
      all += results * number(plan.features) * kRest;
    for (unsigned d : plan.outer)
      all *= number(nest.sizes[d]);
    return all;
  }

  Nest &nest;
  const Contraction &contraction;
  func::FuncOp stage;
  const Machine &machine;
  IntegerWinogradPlan plan;
  bool areBytes = false; // filters, for all callers
};
} // namespace

int64_t IntegerWinogradPlan::filterHalfwords() const {
  using Weights = IntegerWinogradWeights;
  int64_t words =
      Weights::headWords(shift) + block * Weights::numberWords(shift);
  return kPoints * blockFilters() + 2 * words;
}

bool IntegerWinogradPlan::hasBorder() const {
  auto is = [](const TileRow &tiles) {
    return tiles.firstInside > 0 || tiles.lastInside < tiles.count;
  };
  return is(rows) || is(columns);
}

bool IntegerWinogradPlan::hasEdge() const {
  return rows.wholeOutputs < rows.count || columns.wholeOutputs < columns.count;
}

bool IntegerWinogradPlan::storesWhole(const Nest &nest) const {
  return !inParts &&
         nest.outputs.front().address.coefficients[column] == features;
}

int64_t IntegerWinogradPlan::besideBytes(const Nest &nest) const {
  int64_t pixels = hasBorder() && strip == 0 ? borderBytes() : 0;
  bool beside = !storesWhole(nest) || hasEdge();
  int64_t results = beside ? kTileResults * kTileResults * tiles * width() : 0;
  return std::max(pixels, results);
}

std::optional<IntegerWinogradPlan>
planIntegerWinograd(Nest &nest, const Contraction &contraction,
                    func::FuncOp stage, const Machine &machine) {
  return Planner(nest, contraction, stage, machine).run();
}

} // namespace dlc::loops
