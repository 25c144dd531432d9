//===- BlockSchedule.cpp - How large a register block is ------------------===//

#include "codegen/loops/blocks/BlockSchedule.h"
#include "codegen/loops/nest/CountedBits.h"
#include "codegen/loops/nest/Extracts.h"
#include "dialects/interfaces/StoredSize.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/Support/MathExtras.h"
#include <limits>
#include <numeric>

using namespace mlir;
using dlc::targets::ScalarFactor;

namespace dlc::loops {

namespace {
/// Steps of the reduction along which the operand lies contiguously.
int64_t contiguousSteps(const Nest &nest, const Access &access) {
  int64_t steps = 1;
  for (unsigned d = nest.sizes.size(); d-- > 0;) {
    if (!nest.reduction[d])
      continue;
    if (access.address.coefficients[d] != steps)
      break;
    steps *= nest.sizes[d];
  }
  return steps;
}

/// How many steps of the reduction are taken together: as many as elements of
/// the factor fit into a vector, or a pair, which one instruction loads into
/// core registers.
int64_t chooseRun(Nest &nest, const Contraction *contraction, int vectorDim,
                  int64_t lanes, const Machine &machine) {
  if (machine.scalarFactor == ScalarFactor::Vector || lanes == 1 ||
      !contraction || !contraction->isPlainFloat())
    return 1;
  if (machine.scalarFactor == ScalarFactor::Core)
    return 2;
  for (Access &access : nest.inputs)
    if (access.buffer.flat && access.address.coefficients[vectorDim] == 0) {
      int64_t run =
          machine.vectorBits / access.buffer.element.getIntOrFloatBitWidth();
      // Half a vector where most steps would be left over.
      int64_t steps = contiguousSteps(nest, access);
      while (run > 4 && (steps < 2 * run || steps % run >= run / 2))
        run /= 2;
      return run;
    }
  return 1;
}

/// Instructions for one step of the reduction where the factors of `run` steps
/// are loaded at once.
double instructionsPerStep(double vectors, double positions, double run,
                           const Machine &machine) {
  double arithmetic = vectors * positions;
  bool lane = machine.scalarFactor == ScalarFactor::Lane;
  // Vectors and, into core registers, factors are loaded in pairs.
  double loads = lane ? vectors / 2 + positions / run : vectors + positions / 2;
  double step = arithmetic + loads + (lane ? 3 : 2) / run;
  return lane ? std::max<double>(step, machine.latencyAccumulators) : step;
}

/// Half cycles for one step of the reduction in a tile, on a core that starts
/// two multiply-adds and two loads in a cycle.
double stepCost(double vectors, double positions, bool broadcasts, int64_t run,
                const Machine &machine) {
  if (run > 1)
    return instructionsPerStep(vectors, positions, static_cast<double>(run),
                               machine);
  double arithmetic = vectors * positions;
  double loads =
      broadcasts ? vectors + positions : vectors + vectors * positions;
  // Instructions count where code is to be few of them.
  if (machine.compactCode || machine.issueWidth < 2)
    return arithmetic + loads;
  return std::max({arithmetic, loads, double(machine.latencyAccumulators)}) +
         0.6;
}

/// A first-level cache keeps `kWays` lines of addresses that are equal modulo
/// `kWayBytes` (32 KiB of 8 ways, 48 KiB of 12: a way is always a page).
constexpr int64_t kWays = 8, kWayBytes = 4096;

/// Whether rows `stride` bytes apart evict each other: all positions of a tile
/// read one line each at every step.
bool rowsCollide(int64_t positions, int64_t stride) {
  if (stride < 64)
    return false;
  int64_t sets = kWayBytes / std::gcd(stride, kWayBytes);
  return llvm::divideCeil(positions, sets) > kWays - 2;
}

/// Registers of bits that are being counted.
constexpr unsigned kCounts = 3;

/// Vectors of a block whose elements come in pairs.
constexpr int64_t kPairedVectors = 4;

/// A window whose steps are few, each of which every position computes by
/// itself (2x2 pooling): without a loop the first step has nothing to be
/// combined with. So many elements make a block, and so many steps a window at
/// most.
constexpr int64_t kWindowElements = 2, kWindowSteps = 4;

bool isSmallWindow(Nest &nest, const Contraction *contraction, int vectorDim) {
  int64_t steps = 1;
  for (unsigned d = 0; d < nest.sizes.size(); ++d)
    steps *= nest.reduction[d] ? nest.sizes[d] : 1;
  bool guarded = false;
  for (Access &access : nest.inputs)
    guarded |=
        !access.guards.empty() || access.packable ||
        (access.buffer.flat && access.address.coefficients[vectorDim] == 0);
  return steps <= kWindowSteps && !guarded && !nest.needsIndices &&
         !(contraction && contraction->isPlainFloat());
}

/// Whether each element is made of several at computed positions.
bool readsSeveral(const Nest &nest) {
  constexpr int64_t kSeveral = 4;
  linalg::GenericOp root = nest.root;
  auto extracts = root.getBody()->getOps<tensor::ExtractOp>();
  return bitsOfExtracts(nest, nest.sizes.size() - 1) &&
         std::distance(extracts.begin(), extracts.end()) >= kSeveral;
}

struct Blocking {
  int64_t vectors = 1, positions = 1;
};

int64_t registersFor(int64_t vectors, int64_t positions, bool broadcasts,
                     int64_t run, const Machine &machine) {
  int64_t accumulators = vectors * positions;
  if (run > 1 && machine.scalarFactor == ScalarFactor::Core)
    return accumulators + std::min<int64_t>(vectors, 2);
  // Two more, so that the next step's vectors are loaded during this one.
  if (run > 1)
    return accumulators + vectors + positions + 2;
  // A window's row of three factors and one more operand.
  if (!broadcasts && machine.scalarFactor == ScalarFactor::Core)
    return accumulators + 4;
  return broadcasts ? accumulators + vectors + 1
                    : 2 * accumulators + vectors + 2;
}

Blocking chooseBlocking(int64_t vectorSize, Lanes lanes, int64_t blockedSize,
                        bool broadcasts, int64_t rowStride, int64_t run,
                        const Machine &machine) {
  Blocking best;
  double bestCost = std::numeric_limits<double>::max();
  for (int64_t nv = 1; nv <= 8; ++nv) {
    if (nv > 1 && (nv - 1) * lanes.count >= vectorSize)
      break;
    for (int64_t mr = 1; mr <= std::min<int64_t>(blockedSize, 28); ++mr) {
      int64_t registers = registersFor(nv, mr, broadcasts, run, machine);
      if (registers > machine.blockRegisters() && mr * nv > 1)
        break;
      double cost = 0;
      for (const VectorBlock &block : cutBlocks(vectorSize, lanes, nv)) {
        int64_t whole = blockedSize / mr;
        double rows =
            static_cast<double>(whole) *
            stepCost(block.pieces.size(), mr, broadcasts, run, machine);
        if (blockedSize % mr)
          rows += stepCost(block.pieces.size(), blockedSize % mr, broadcasts,
                           run, machine);
        cost += rows * block.count;
      }
      if (!machine.compactCode && rowsCollide(mr, rowStride))
        cost *= 3;
      if (cost < bestCost * 0.999) {
        bestCost = cost;
        best = {nv, mr};
      }
    }
  }
  return best;
}

/// Places that weights are read at where each is used once in a run
/// (docs/decisions/rows.md, "From memory").
constexpr size_t kStreams = 4;

/// Whether packed weights come from beyond the second-level cache, each once.
bool streamsWeights(const Nest &nest, int vectorDim, const Machine &machine) {
  if (machine.compactCode || machine.l2Bytes == 0)
    return false;
  int64_t elements = 1;
  for (auto [d, size] : llvm::enumerate(nest.sizes)) {
    if (!nest.reduction[d] && static_cast<int>(d) != vectorDim && size != 1)
      return false;
    elements *= size;
  }
  return llvm::any_of(nest.inputs, [&](const Access &access) {
    return access.packable &&
           storedBytes(access.buffer.element, elements) > machine.l2Bytes;
  });
}

} // namespace

BlockSchedule chooseBlocks(Nest &nest, const Contraction *contraction,
                           const Machine &machine) {
  TileOutline outline = outlineTiles(nest, machine);
  BlockSchedule schedule(outline.schedule);
  if (schedule.vectorDim < 0)
    return schedule;
  int64_t vectorSize = nest.sizes[schedule.vectorDim];
  Lanes lanes = outline.lanes;
  if (!outline.isTiled) {
    bool plain = !nest.hasReduction() && !nest.scalarOnly;
    // What several elements of a sum are read through leaves no registers for
    // more than one.
    schedule.keepTileLoops |= lanes.count == 1 && readsSeveral(nest);
    schedule.vectorBlocks =
        cutBlocks(vectorSize, lanes, plain && lanes.count > 1 ? 4 : 1);
    return schedule;
  }
  if (lanes.count > 1 && llvm::any_of(nest.inputs, [&](Access &access) {
        return makesPairs(nest, access, schedule.vectorDim, machine);
      })) {
    // No position shares what another one loads.
    schedule.unrollReduction = true;
    schedule.blockedDim = -1;
    schedule.keepLoops = machine.scalarFactor != ScalarFactor::Vector;
    lanes.overlap = true;
    schedule.vectorBlocks = cutBlocks(vectorSize, lanes, kPairedVectors);
    return schedule;
  }
  if (lanes.count == 1 &&
      isSmallWindow(nest, contraction, schedule.vectorDim)) {
    schedule.unrollReduction = schedule.keepLoops = true;
    schedule.keepTileLoops = true;
    schedule.blockedDim = -1;
    schedule.vectorBlocks = cutBlocks(vectorSize, lanes, kWindowElements);
    return schedule;
  }
  // An operand that is constant along the vectors is broadcast for each
  // position; otherwise (depthwise, pooling) each position loads vectors.
  bool broadcasts = llvm::any_of(nest.inputs, [&](Access &access) {
    return access.buffer.flat &&
           access.address.coefficients[schedule.vectorDim] == 0;
  });
  if (broadcasts)
    schedule.run =
        chooseRun(nest, contraction, schedule.vectorDim, lanes.count, machine);
  schedule.factorInLane =
      schedule.run > 1 && machine.scalarFactor == ScalarFactor::Lane;
  schedule.keepLoops =
      machine.scalarFactor != ScalarFactor::Vector && lanes.count > 1;
  schedule.keepTileLoops = schedule.keepLoops;
  schedule.peelBorders = schedule.compact && lanes.count > 1;
  int64_t blockedSize = 1, rowStride = 0;
  if (schedule.blockedDim >= 0) {
    blockedSize = nest.sizes[schedule.blockedDim];
    for (Access &access : nest.inputs)
      if (access.address.coefficients[schedule.vectorDim] == 0)
        rowStride = access.address.coefficients[schedule.blockedDim] *
                    storedBits(access.buffer.element) / 8;
  }
  Machine own = machine;
  if (countsBits(nest))
    own.vectorRegisters -= std::min(own.vectorRegisters / 2, kCounts);
  Blocking blocking = chooseBlocking(vectorSize, lanes, blockedSize, broadcasts,
                                     rowStride, schedule.run, own);
  schedule.positions = blocking.positions;
  if (schedule.positions == 1)
    schedule.blockedDim = -1;
  schedule.vectorBlocks = cutBlocks(vectorSize, lanes, blocking.vectors);
  if (streamsWeights(nest, schedule.vectorDim, machine))
    for (VectorBlock &block : schedule.vectorBlocks)
      if (block.pieces.size() % kStreams == 0 && lanes.count > 1 &&
          llvm::all_equal(llvm::map_range(
              block.pieces, [](const Piece &piece) { return piece.lanes; })))
        block.streams = kStreams;
  return schedule;
}

} // namespace dlc::loops
