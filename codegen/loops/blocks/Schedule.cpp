//===- Schedule.cpp - How a nest is blocked for a target ------------------===//

#include "codegen/loops/blocks/Schedule.h"
#include "codegen/loops/kernels/KernelSchedule.h"
#include "llvm/Support/MathExtras.h"
#include <limits>
#include <numeric>

using namespace mlir;
using dlc::targets::ScalarFactor;

namespace dlc::loops {

namespace {
bool isVectorType(Type type) {
  if (type.isF16() || type.isF32() || type.isF64())
    return true;
  return type.isInteger(8) || type.isInteger(16) || type.isInteger(32) ||
         type.isInteger(64);
}

/// How the elements of a dimension become vectors.
struct Lanes {
  int64_t count = 1;    // of a whole vector
  bool partial = false; // the last vector may have lanes that do not exist
  bool overlap = false; // ... or begin within the one before it
};

/// Whether sums of halves are formed: an epilogue that converts them does so
/// once for each, so that their vectors may be as long as halves allow.
bool sumsHalves(Nest &nest) {
  return nest.hasReduction() &&
         llvm::all_of(
             nest.inputs,
             [](Access &access) { return access.buffer.element.isF16(); }) &&
         llvm::all_of(nest.root.getRegionOutputArgs(),
                      [](BlockArgument sum) { return sum.getType().isF16(); });
}

Lanes lanesFor(Nest &nest, int64_t size, const Machine &machine) {
  if (nest.scalarOnly || machine.vectorBits <= 32)
    return {};
  int64_t widest = 0;
  bool floats = true;
  bool vectors = true;
  bool halves = sumsHalves(nest);
  nest.forEachAccess([&](Access &access) {
    vectors &= isVectorType(access.buffer.element);
    if (!vectors)
      return;
    int64_t bits = access.buffer.element.getIntOrFloatBitWidth();
    if (halves && access.buffer.element.isF32())
      bits = 16;
    widest = std::max(widest, bits);
    floats &= access.buffer.element.isF32() || access.buffer.element.isF16();
  });
  auto scalarBody = [](linalg::GenericOp op) {
    return llvm::any_of(op.getBody()->getOperations(), [](Operation &inner) {
      return llvm::any_of(inner.getResultTypes(), [](Type type) {
        return !isVectorType(type) && !type.isInteger(1);
      });
    });
  };
  vectors &= !scalarBody(nest.root);
  vectors &= !nest.epilogue || !scalarBody(nest.epilogue);
  if (!vectors)
    return {};
  // Lanes that do not exist hold zeros, by which integers cannot be divided.
  Lanes lanes{std::max<int64_t>(1, machine.vectorBits / widest),
              machine.predication && floats && size > 1};
  while (lanes.count > size && !lanes.partial)
    lanes.count /= 2;
  return lanes;
}

/// Whether vectors along dimension d can be made of pairs that are loaded
/// together: of a reduction that is short enough to be unrolled.
bool makesPairs(Nest &nest, const Access &access, unsigned d,
                const Machine &machine) {
  int64_t steps = 1;
  for (unsigned r = 0; r < nest.sizes.size(); ++r)
    steps *= nest.reduction[r] ? nest.sizes[r] : 1;
  return machine.vectorBits > 32 && steps <= kUnrollSteps &&
         pairedDim(nest, access, d) >= 0;
}

/// How badly dimension d suits vectors: operands that are neither contiguous
/// nor constant along it.
int vectorPenalty(Nest &nest, unsigned d, const Machine &machine) {
  int penalty = 0;
  nest.forEachAccess([&](Access &access) {
    int64_t c = access.address.coefficients[d];
    if (!access.packable && c != 0 && c != 1 &&
        !makesPairs(nest, access, d, machine))
      penalty += 1;
    for (Guard &guard : access.guards)
      penalty += guard.position.coefficients[d] != 0 ? 8 : 0;
  });
  for (Access &output : nest.outputs)
    penalty += output.address.coefficients[d] != 1 ? 2 : 0;
  return penalty;
}

int chooseVectorDim(Nest &nest, const Machine &machine, int &penalty) {
  int best = -1;
  penalty = std::numeric_limits<int>::max();
  for (unsigned d = nest.sizes.size(); d-- > 0;) {
    if (nest.reduction[d])
      continue;
    int candidate = vectorPenalty(nest, d, machine);
    if (candidate < penalty) {
      penalty = candidate;
      best = static_cast<int>(d);
    }
  }
  return best;
}

/// A dimension along which operands that vary along the vector dimension are
/// used again: the innermost such one, else the innermost other.
int chooseBlockedDim(Nest &nest, int vectorDim) {
  int fallback = -1;
  for (unsigned d = nest.sizes.size(); d-- > 0;) {
    if (nest.reduction[d] || static_cast<int>(d) == vectorDim ||
        nest.sizes[d] == 1)
      continue;
    for (Access &access : nest.inputs)
      if (access.address.coefficients[vectorDim] != 0 &&
          access.address.coefficients[d] == 0)
        return static_cast<int>(d);
    if (fallback < 0)
      fallback = static_cast<int>(d);
  }
  return fallback;
}

/// Cuts `width` elements into vectors.
SmallVector<Piece> cutPieces(int64_t width, Lanes lanes) {
  SmallVector<Piece> pieces;
  int64_t offset = 0;
  while (offset < width) {
    int64_t rest = width - offset;
    if (lanes.overlap && offset > 0 && lanes.count > rest) {
      pieces.push_back({width - lanes.count, lanes.count, lanes.count});
      break;
    }
    while (lanes.count > rest && !lanes.partial)
      lanes.count /= 2;
    pieces.push_back({offset, lanes.count, std::min(lanes.count, rest)});
    offset += lanes.count;
  }
  return pieces;
}

SmallVector<VectorBlock, 2> cutBlocks(int64_t size, Lanes lanes, int64_t nv) {
  SmallVector<VectorBlock, 2> blocks;
  int64_t width = std::min(size, lanes.count * nv);
  int64_t count = size / width;
  // A tail of less than one vector joins the last block if there is room.
  blocks.push_back({0, count, width, cutPieces(width, lanes)});
  int64_t rest = size - count * width;
  if (rest > 0)
    blocks.push_back({count * width, 1, rest, cutPieces(rest, lanes)});
  return blocks;
}

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
  if (machine.factor == ScalarFactor::Vector || lanes == 1 || !contraction ||
      !contraction->isPlainFloat())
    return 1;
  if (machine.factor == ScalarFactor::Core)
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
                           ScalarFactor factor) {
  double arithmetic = vectors * positions;
  bool lane = factor == ScalarFactor::Lane;
  // Vectors and, into core registers, factors are loaded in pairs.
  double loads = lane ? vectors / 2 + positions / run : vectors + positions / 2;
  double step = arithmetic + loads + (lane ? 3 : 2) / run;
  // Ten cycles of latency at one multiply-add in a cycle.
  return lane ? std::max(step, 10.0) : step;
}

/// Half cycles for one step of the reduction in a tile, on a core that starts
/// two multiply-adds and two loads in a cycle.
double stepCost(double vectors, double positions, bool broadcasts, int64_t run,
                const Machine &machine) {
  if (run > 1)
    return instructionsPerStep(vectors, positions, static_cast<double>(run),
                               machine.factor);
  double arithmetic = vectors * positions;
  double loads =
      broadcasts ? vectors + positions : vectors + vectors * positions;
  if (!machine.superscalar)
    return arithmetic + loads;
  // Four cycles of latency need eight independent accumulators.
  return std::max({arithmetic, loads, 8.0}) + 0.6;
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

struct Blocking {
  int64_t vectors = 1, positions = 1;
};

int64_t registersFor(int64_t vectors, int64_t positions, bool broadcasts,
                     int64_t run, const Machine &machine) {
  int64_t accumulators = vectors * positions;
  if (run > 1 && machine.factor == ScalarFactor::Core)
    return accumulators + std::min<int64_t>(vectors, 2);
  // Two more, so that the next step's vectors are loaded during this one.
  if (run > 1)
    return accumulators + vectors + positions + 2;
  // A window's row of three factors and one more operand.
  if (!broadcasts && machine.factor == ScalarFactor::Core)
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
      if (registers > machine.registers && mr * nv > 1)
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
      if (machine.superscalar && rowsCollide(mr, rowStride))
        cost *= 3;
      if (cost < bestCost * 0.999) {
        bestCost = cost;
        best = {nv, mr};
      }
    }
  }
  return best;
}

/// Bytes of the packable operands that vary along the vector dimension.
int64_t panelBytes(Nest &nest, int vectorDim) {
  int64_t bytes = 0;
  for (Access &access : nest.inputs) {
    if (access.address.coefficients[vectorDim] == 0 || !access.guards.empty())
      continue;
    int64_t elements = 1;
    for (unsigned d = 0; d < nest.sizes.size(); ++d)
      if (access.address.coefficients[d] != 0)
        elements *= nest.sizes[d];
    bytes += elements *
             llvm::divideCeil(access.buffer.element.getIntOrFloatBitWidth(), 8);
  }
  return bytes;
}
} // namespace

Schedule chooseSchedule(Nest &nest, const Contraction *contraction,
                        const Machine &machine) {
  Schedule schedule;
  schedule.compact = !machine.superscalar;
  int penalty = 0;
  schedule.vectorDim = chooseVectorDim(nest, machine, penalty);
  if (schedule.vectorDim < 0)
    return schedule;
  int64_t vectorSize = nest.sizes[schedule.vectorDim];
  Lanes lanes = penalty == 0 ? lanesFor(nest, vectorSize, machine) : Lanes();
  if (isGuarded(nest, schedule.vectorDim)) {
    // Loop bounds depend on the position: one element at a time.
    schedule.vectorBlocks = cutBlocks(vectorSize, Lanes(), 1);
    return schedule;
  }
  if (!nest.hasReduction() || nest.scalarOnly) {
    int64_t unroll = nest.scalarOnly || lanes.count == 1 ? 1 : 4;
    schedule.vectorBlocks = cutBlocks(vectorSize, lanes, unroll);
    return schedule;
  }
  schedule.blockedDim = chooseBlockedDim(nest, schedule.vectorDim);
  // Positions outermost read the input from beginning to end, so that the
  // result may lie over it. Where nothing is cached the order costs nothing.
  int64_t cache =
      machine.l2Bytes > 0 ? machine.l2Bytes / 2 : machine.l1Bytes / 4 * 3;
  schedule.vectorOutermost =
      cache > 0 && panelBytes(nest, schedule.vectorDim) > cache;
  if (contraction && lanes.count == 1 &&
      scheduleKernels(nest, *contraction, machine, schedule))
    return schedule;
  if (contraction && lanes.count > 1) {
    if (std::optional<int64_t> vectors =
            scheduleRow(nest, *contraction, machine, schedule)) {
      // Whole vectors, also where fewer columns than lanes are left.
      schedule.vectorBlocks =
          cutBlocks(vectorSize, Lanes{machine.vectorBits / 32, true}, *vectors);
      return schedule;
    }
  }
  if (lanes.count > 1 && llvm::any_of(nest.inputs, [&](Access &access) {
        return makesPairs(nest, access, schedule.vectorDim, machine);
      })) {
    // No position shares what another one loads.
    schedule.unrollReduction = true;
    schedule.blockedDim = -1;
    schedule.keepLoops = machine.factor != ScalarFactor::Vector;
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
      schedule.run > 1 && machine.factor == ScalarFactor::Lane;
  schedule.keepLoops =
      machine.factor != ScalarFactor::Vector && lanes.count > 1;
  schedule.keepTileLoops = schedule.keepLoops;
  schedule.peelBorders = schedule.compact && lanes.count > 1;
  int64_t blockedSize = 1, rowStride = 0;
  if (schedule.blockedDim >= 0) {
    blockedSize = nest.sizes[schedule.blockedDim];
    for (Access &access : nest.inputs)
      if (access.address.coefficients[schedule.vectorDim] == 0)
        rowStride = access.address.coefficients[schedule.blockedDim] *
                    access.buffer.element.getIntOrFloatBitWidth() / 8;
  }
  Blocking blocking = chooseBlocking(vectorSize, lanes, blockedSize, broadcasts,
                                     rowStride, schedule.run, machine);
  schedule.positions = blocking.positions;
  if (schedule.positions == 1)
    schedule.blockedDim = -1;
  schedule.vectorBlocks = cutBlocks(vectorSize, lanes, blocking.vectors);
  return schedule;
}

int startOfSums(const Nest &nest, const Contraction *contraction,
                const Schedule &schedule) {
  if (!contraction || !contraction->isFloat32() || !contraction->startsAtZero ||
      contraction->epilogue.bias < 0 || schedule.vectorDim < 0)
    return -1;
  bool vectors = schedule.vectorBlocks.front().pieces.front().lanes > 1;
  if (!schedule.usesKernels() && !vectors)
    return -1;
  const Access &bias = *nest.epilogueInputs[contraction->epilogue.bias];
  if (!bias.buffer.flat || !bias.guards.empty() || !bias.buffer.element.isF32())
    return -1;
  for (auto [d, c] : llvm::enumerate(bias.address.coefficients))
    if (c != (static_cast<int>(d) == schedule.vectorDim ? 1 : 0))
      return -1;
  return contraction->epilogue.bias;
}

} // namespace dlc::loops
