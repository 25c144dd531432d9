//===- TileSchedule.cpp - How a nest is cut into tiles --------------------===//

#include "codegen/loops/tiles/TileSchedule.h"
#include "codegen/loops/nest/CountedBits.h"
#include "codegen/loops/nest/Extracts.h"
#include "dialects/interfaces/StoredSize.h"
#include <limits>

using namespace mlir;

namespace dlc::loops {

namespace {
bool isVectorType(Type type) {
  if (type.isF16() || type.isF32() || type.isF64())
    return true;
  return type.isInteger(8) || type.isInteger(16) || type.isInteger(32) ||
         type.isInteger(64);
}

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

/// Whether elements would be taken out of vectors, each for several products of
/// 64 bits, which MVE does not have.
bool multipliesLanes(Nest &nest, const Machine &machine) {
  constexpr int64_t kSeveral = 2;
  auto isLong = [](arith::MulIOp op) { return op.getType().isInteger(64); };
  return machine.kernels == targets::KernelSet::Mve && !nest.hasReduction() &&
         llvm::count_if(nest.root.getBody()->getOps<arith::MulIOp>(), isLong) >=
             kSeveral;
}

/// Of a body that reads what lies side by side along dimension d.
Lanes lanesOfExtracts(Nest &nest, unsigned d, const Machine &machine) {
  auto bits = machine.vectorBits > 32 && !multipliesLanes(nest, machine)
                  ? bitsOfExtracts(nest, d)
                  : std::nullopt;
  if (!bits)
    return {};
  Lanes lanes{std::max<int64_t>(1, machine.vectorBits / *bits)};
  while (lanes.count > nest.sizes[d])
    lanes.count /= 2;
  return lanes;
}

Lanes lanesFor(Nest &nest, unsigned d, const Machine &machine) {
  if (nest.scalarOnly)
    return lanesOfExtracts(nest, d, machine);
  if (machine.vectorBits <= 32)
    return {};
  const int64_t size = nest.sizes[d];
  int64_t widest = 0;
  bool floats = true;
  bool vectors = true;
  constexpr int64_t kWord = 32;
  bool halves = sumsHalves(nest), counts = countsBits(nest);
  nest.forEachAccess([&](Access &access) {
    vectors &= isVectorType(access.buffer.element);
    if (!vectors)
      return;
    int64_t bits = access.buffer.element.getIntOrFloatBitWidth();
    if (halves && access.buffer.element.isF32())
      bits = 16;
    // Of counts the steps are many, and what a rescale adds is read once.
    if (counts)
      bits = std::min<int64_t>(bits, kWord);
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
  vectors &= !multipliesLanes(nest, machine);
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

} // namespace

/// Whether vectors along dimension d can be made of pairs that are loaded
/// together: of a reduction that is short enough to be unrolled.
bool makesPairs(const Nest &nest, const Access &access, unsigned d,
                const Machine &machine) {
  int64_t steps = 1;
  for (unsigned r = 0; r < nest.sizes.size(); ++r)
    steps *= nest.reduction[r] ? nest.sizes[r] : 1;
  return machine.vectorBits > 32 && steps <= kUnrollSteps &&
         pairedDim(nest, access, d) >= 0;
}

namespace {
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
    bytes += storedBytes(access.buffer.element, elements);
  }
  return bytes;
}
} // namespace

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

TileOutline outlineTiles(Nest &nest, const Machine &machine) {
  TileOutline outline;
  TileSchedule &schedule = outline.schedule;
  schedule.compact = machine.compactCode;
  int penalty = 0;
  schedule.vectorDim = chooseVectorDim(nest, machine, penalty);
  if (schedule.vectorDim < 0)
    return outline;
  // Where loop bounds depend on the position, one element at a time.
  bool guarded = isGuarded(nest, schedule.vectorDim);
  if (penalty == 0 && !guarded)
    outline.lanes = lanesFor(nest, schedule.vectorDim, machine);
  outline.isTiled = !guarded && nest.hasReduction() && !nest.scalarOnly;
  if (!outline.isTiled)
    return outline;
  schedule.blockedDim = chooseBlockedDim(nest, schedule.vectorDim);
  // Positions outermost read the input from beginning to end, so that the
  // result may lie over it. Where nothing is cached the order costs nothing.
  int64_t cache =
      machine.l2Bytes > 0 ? machine.l2Bytes / 2 : machine.l1Bytes / 4 * 3;
  schedule.vectorOutermost =
      cache > 0 && panelBytes(nest, schedule.vectorDim) > cache;
  return outline;
}

int biasOfRows(const Nest &nest, const Contraction *contraction,
               int vectorDim) {
  if (!contraction || !contraction->isFloat32() || !contraction->startsAtZero ||
      contraction->epilogue.bias < 0)
    return -1;
  const Access &bias = *nest.epilogueInputs[contraction->epilogue.bias];
  if (!bias.buffer.flat || !bias.guards.empty() || !bias.buffer.element.isF32())
    return -1;
  for (auto [d, c] : llvm::enumerate(bias.address.coefficients))
    if (c != (static_cast<int>(d) == vectorDim ? 1 : 0))
      return -1;
  return contraction->epilogue.bias;
}

SmallVector<LoopLevel> loopsOf(const Nest &nest, const TileSchedule &schedule) {
  SmallVector<LoopLevel> levels;
  bool blocked = schedule.blockedDim >= 0;
  if (schedule.vectorDim >= 0 && schedule.vectorOutermost)
    levels.push_back({LoopLevel::Blocks, 0});
  for (unsigned d = 0; d < nest.sizes.size(); ++d)
    if (!nest.reduction[d] && static_cast<int>(d) != schedule.vectorDim &&
        !(blocked && static_cast<int>(d) == schedule.blockedDim))
      levels.push_back({LoopLevel::Dim, d});
  if (blocked)
    levels.push_back({LoopLevel::Tiles, 0});
  if (schedule.vectorDim >= 0 && !schedule.vectorOutermost)
    levels.push_back({LoopLevel::Blocks, 0});
  return levels;
}

int64_t chunksOf(const Nest &nest, const TileSchedule &schedule) {
  SmallVector<LoopLevel> levels = loopsOf(nest, schedule);
  if (levels.empty())
    return 1;
  auto [kind, dim] = levels.front();
  if (kind == LoopLevel::Dim)
    return nest.sizes[dim];
  int64_t count = 0;
  if (kind == LoopLevel::Blocks) {
    for (const VectorBlock &candidate : schedule.vectorBlocks)
      count += candidate.count;
    return count;
  }
  int64_t size = nest.sizes[schedule.blockedDim];
  if (!isInterior(nest, schedule.blockedDim, 0, size))
    return 1;
  return (size + schedule.positions - 1) / schedule.positions;
}

bool isInterior(const Nest &nest, int dim, int64_t start, int64_t count) {
  for (const Access &access : nest.inputs)
    for (const Guard &guard : access.guards) {
      if (guard.parallel != dim)
        continue;
      for (int64_t p : {start, start + count - 1}) {
        int64_t first = guard.position.coefficients[guard.parallel] * p +
                        guard.position.constant;
        int64_t last = first;
        if (guard.reduction >= 0)
          last += guard.position.coefficients[guard.reduction] *
                  (nest.sizes[guard.reduction] - 1);
        if (std::min(first, last) < 0 || std::max(first, last) >= guard.size)
          return false;
      }
    }
  return true;
}

} // namespace dlc::loops
