//===- DotSchedule.cpp - How large tiles of sums in lanes are -------------===//

#include "codegen/loops/dot/DotSchedule.h"
#include "llvm/Support/MathExtras.h"
#include <cmath>
#include <limits>

using namespace mlir;

namespace dlc::loops {

namespace {
constexpr int64_t kLeastLanes = 4, kLaneBits = 32;
constexpr int64_t kMostVectors = 8, kMostPositions = 28;
constexpr int64_t kDepthwisePositions = 8;

/// The last vector begins within the one before it where there is one.
SmallVector<Piece> cutPieces(int64_t width, int64_t lanes, bool masked) {
  SmallVector<Piece> pieces;
  for (int64_t offset = 0; offset < width;) {
    int64_t rest = width - offset;
    while (lanes > kLeastLanes && lanes / 2 >= rest)
      lanes /= 2;
    if (rest < lanes && width >= lanes) {
      pieces.push_back({width - lanes, lanes, lanes});
      break;
    }
    if (rest < lanes && !masked && lanes > kLeastLanes)
      lanes /= 2;
    pieces.push_back({offset, lanes, std::min(lanes, rest)});
    offset += lanes;
  }
  return pieces;
}

struct Costs {
  double multiply; // instructions' time beside a load's
  bool flip;
  double groups;      // of the data that a load takes
  int64_t sumsInLane; // registers for a vector of sums
  int64_t rows;       // positions that are multiplied together

  /// A vector of the data is a group, which each feature has of its own.
  bool isWhole() const { return sumsInLane == 4; }
};

/// Half cycles of one step of a tile: two multiplications, and two loads of
/// weights or groups of the data, start in a cycle at best.
double stepCost(double vectors, double positions, const Costs &costs,
                const Machine &machine) {
  double rows = std::ceil(positions / double(costs.rows)) * double(costs.rows);
  double arithmetic = vectors * rows * costs.multiply;
  double loads = vectors + positions / costs.groups;
  if (costs.rows > 1) { // features' groups too; positions are put together
    loads += vectors;
    arithmetic += positions / 2;
  }
  bool isBroadcast = costs.sumsInLane > 1 && !costs.isWhole();
  if (costs.flip || isBroadcast)
    arithmetic += positions; // groups are brought into a form
  if (costs.isWhole())
    loads = 4 * vectors + positions;
  if (machine.issueWidth < 4)
    return arithmetic + loads;
  // Of equal ones that which loads less.
  constexpr double kLoop = 0.6, kLoad = 0.05;
  return std::max({arithmetic, loads, double(machine.latencyAccumulators)}) +
         kLoop + kLoad * loads;
}

/// Registers of a tile: its sums, weights and groups of the data.
int64_t registersOf(int64_t vectors, int64_t positions, const Costs &costs) {
  bool inLanes = costs.groups > 1;
  int64_t weights = vectors;
  if (costs.isWhole()) // and what waits for its products
    return (vectors * positions + vectors) * costs.sumsInLane + 5 + positions;
  if (costs.sumsInLane > 1) // of two groups; and products
    weights = std::min<int64_t>(2 * vectors, 8) + 8;
  if (costs.rows > 1) { // data of two groups
    int64_t rows = llvm::alignTo(positions, costs.rows);
    return vectors * rows + rows + 10;
  }
  return vectors * positions * costs.sumsInLane + weights +
         (inLanes ? positions : 1) + (costs.flip ? 1 : 0);
}

double tileCost(const SmallVector<VectorBlock, 2> &blocks, int64_t size,
                int64_t positions, const Costs &costs, const Machine &machine) {
  double cost = 0;
  for (const VectorBlock &block : blocks) {
    auto of = [&](int64_t count) {
      return stepCost(static_cast<double>(block.pieces.size()),
                      static_cast<double>(count), costs, machine);
    };
    int64_t whole = size / positions;
    double rows = static_cast<double>(whole) * of(positions);
    if (size % positions)
      rows += of(size % positions);
    cost += rows * static_cast<double>(block.count);
  }
  return cost;
}
} // namespace

SmallVector<VectorBlock, 2> cutFeatures(int64_t features, int64_t lanes,
                                        int64_t vectors, bool masked) {
  SmallVector<VectorBlock, 2> blocks;
  int64_t width = std::min(features, lanes * vectors);
  int64_t count = features / width, rest = features % width;
  // Fewer than the shortest vector has belong to the block before them.
  if (rest > 0 && rest < kLeastLanes) {
    --count;
    rest += width;
  }
  if (count > 0)
    blocks.push_back({0, count, width, cutPieces(width, lanes, masked)});
  if (rest > 0)
    blocks.push_back({count * width, 1, rest, cutPieces(rest, lanes, masked)});
  return blocks;
}

void chooseDotTile(const Nest &nest, const AvailableForm &available,
                   const Machine &machine, DotPlan &plan) {
  TileSchedule &schedule = plan.schedule;
  schedule.vectorDim = static_cast<int>(plan.operand.feature);
  schedule.group = plan.form->group;
  int64_t features = nest.sizes[schedule.vectorDim];
  int64_t size = schedule.blockedDim < 0 ? 1 : nest.sizes[schedule.blockedDim];
  int64_t lanes = machine.vectorBits / kLaneBits;
  bool masked = machine.vectorBits == 512;
  Costs costs{available.cycles / 0.5, plan.flip && !plan.gather,
              static_cast<double>(groupsInVector(*plan.form)),
              plan.form->sumsInLane, plan.form->positions};
  // Instructions count where two start in a cycle: of two groups three for
  // each half of them.
  if (machine.issueWidth < 4)
    costs.multiply = costs.isWhole() ? 12 : plan.form->multiplyTwo ? 3 : 1;
  double least = std::numeric_limits<double>::max();
  for (int64_t nv = 1; nv <= kMostVectors; ++nv) {
    if (nv > 1 && (nv - 1) * lanes >= features)
      break;
    auto blocks = cutFeatures(features, lanes, nv, masked);
    int64_t most = 0; // vectors
    for (const VectorBlock &block : blocks)
      most = std::max<int64_t>(most, block.pieces.size());
    for (int64_t mr = 1; mr <= std::min(size, kMostPositions); ++mr) {
      int64_t registers = registersOf(most, mr, costs);
      if (registers > machine.vectorRegisters && nv * mr > 1)
        break;
      double cost = tileCost(blocks, size, mr, costs, machine);
      if (cost >= least * 0.999)
        continue;
      least = cost;
      schedule.positions = mr;
      schedule.vectorBlocks = blocks;
    }
  }
  plan.operand.blocks = schedule.vectorBlocks;
  int64_t panel = plan.operand.order.depth() * features * plan.operand.bits / 8;
  schedule.vectorOutermost =
      !plan.gather && machine.l2Bytes > 0 && panel > machine.l2Bytes / 2;
  schedule.compact = machine.compactCode;
  schedule.keepLoops = schedule.keepTileLoops = true;
  // In cycles.
  int64_t runs = plan.operand.order.depth() / plan.operand.runLength();
  int64_t steps =
      runs * llvm::divideCeil(plan.operand.runLength(), plan.operand.group);
  plan.cycles = least / 2 * static_cast<double>(steps);
  // Sums that lie side by side are added up: one less than there are.
  // Those of two positions are taken apart.
  int64_t additions =
      size * llvm::divideCeil(features, kLeastLanes) *
      (plan.form->multipliesRows() ? 1 : plan.form->sumsInLane - 1);
  plan.cycles += static_cast<double>(additions) / 2;
  for (auto [d, length] : llvm::enumerate(nest.sizes))
    if (!nest.reduction[d] && static_cast<int>(d) != schedule.vectorDim &&
        static_cast<int>(d) != schedule.blockedDim)
      plan.cycles *= static_cast<double>(length);
  if (schedule.positions == 1 && !plan.gather)
    schedule.blockedDim = -1;
}

void chooseDepthwiseTile(const Nest &nest, const AvailableForm &available,
                         const Machine &machine, DotPlan &plan) {
  TileSchedule &schedule = plan.schedule;
  schedule.vectorDim = static_cast<int>(plan.operand.feature);
  schedule.keepLoops = schedule.keepTileLoops = true;
  schedule.compact = machine.compactCode;
  int64_t channels = nest.sizes[schedule.vectorDim];
  int64_t size = schedule.blockedDim < 0 ? 1 : nest.sizes[schedule.blockedDim];
  int64_t lanes = machine.vectorBits / kLaneBits;
  // Tiles of about the same size along a row: neighbours share what they read.
  int64_t most = machine.vectorRegisters >= 32 ? kDepthwisePositions
                                               : kDepthwisePositions / 2;
  schedule.positions = llvm::divideCeil(size, llvm::divideCeil(size, most));
  int64_t vectors = std::clamp<int64_t>(
      llvm::divideCeil(machine.latencyAccumulators, schedule.positions), 1,
      llvm::divideCeil(channels, lanes));
  schedule.vectorBlocks =
      cutFeatures(channels, lanes, vectors, machine.vectorBits == 512);
  plan.operand.blocks = schedule.vectorBlocks;
  plan.cycles = static_cast<double>(llvm::divideCeil(channels, lanes)) *
                std::max(available.cycles, 0.5);
  for (auto [d, length] : llvm::enumerate(nest.sizes))
    if (static_cast<int>(d) != schedule.vectorDim)
      plan.cycles *= static_cast<double>(length);
  if (schedule.positions == 1 && !plan.gather)
    schedule.blockedDim = -1;
}

} // namespace dlc::loops
