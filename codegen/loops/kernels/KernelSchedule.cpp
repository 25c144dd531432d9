//===- KernelSchedule.cpp - Nests that multiply and add, in tile kernels --===//

#include "codegen/loops/kernels/KernelSchedule.h"
#include "codegen/loops/kernels/TileKernel.h"
#include "llvm/Support/MathExtras.h"
#include <limits>

using namespace mlir;

namespace dlc::loops {

namespace {
/// Accumulators that registers allow.
constexpr int64_t kMaxAccumulators = 16;
/// Instructions around a kernel, and around a tile: addresses, loops, bias.
constexpr double kCallCost = 8, kTileCost = 24;
constexpr int64_t kBytes = 4; // of float32
/// Accumulators of a row, of AArch64's 32 registers and of MVE's 8: the others
/// hold what is being loaded.
constexpr int64_t kRowOfMany = 16, kRowOfFew = 7;
/// Of the row's elements a kernel of this many is loops of a count that one
/// instruction loads.
constexpr int64_t kMaxRowSteps = int64_t(1) << 16;

/// The packed operand varies along the vectors and with every step.
bool isRightOperand(const Nest &nest, const Access &access, int vectorDim) {
  if (!access.packable || !access.guards.empty() ||
      access.address.coefficients[vectorDim] == 0)
    return false;
  int64_t depth = 1;
  for (unsigned d = 0; d < nest.sizes.size(); ++d)
    if (nest.reduction[d]) {
      if (access.address.coefficients[d] == 0)
        return false;
      depth *= nest.sizes[d];
    }
  return depth > 1;
}

/// Whether some position's window lies in padding as a whole: a kernel makes
/// at least one step.
bool hasEmptyWindow(const Nest &nest) {
  for (const Access &access : nest.inputs)
    for (const Guard &guard : access.guards) {
      if (guard.reduction < 0)
        return true;
      int64_t positions = guard.parallel < 0 ? 1 : nest.sizes[guard.parallel];
      for (int64_t p = 0; p < positions; ++p) {
        int64_t at = guard.position.constant;
        if (guard.parallel >= 0)
          at += guard.position.coefficients[guard.parallel] * p;
        bool any = false;
        for (int64_t k = 0; k < nest.sizes[guard.reduction] && !any; ++k) {
          int64_t touched =
              at + guard.position.coefficients[guard.reduction] * k;
          any = touched >= 0 && touched < guard.size;
        }
        if (!any)
          return true;
      }
    }
  return false;
}

/// Steps that one call makes: the innermost reductions that are walked as one.
int64_t stepsOfCall(const Nest &nest, const Access &left) {
  ArrayRef<int64_t> c = left.address.coefficients;
  int64_t steps = 0;
  int inner = -1;
  for (int d = static_cast<int>(nest.sizes.size()) - 1; d >= 0; --d) {
    if (!nest.reduction[d])
      continue;
    if (inner >= 0 && c[d] != c[inner] * nest.sizes[inner])
      break;
    steps = (inner >= 0 ? steps : 1) * nest.sizes[d];
    inner = d;
  }
  return steps;
}

struct TileShape {
  int64_t positions = 1, width = 1;
};

/// Instructions of the loops for one tile.
double tileCost(bool pairs, TileShape tile, int64_t depth, int64_t steps,
                const Machine &machine) {
  Unrolling unrolling =
      chooseUnrolling(pairs, tile.positions, tile.width, steps, steps);
  int64_t accumulators = tile.positions * tile.width;
  auto loads =
      static_cast<double>(llvm::divideCeil(tile.width, machine.loadMultiple));
  auto arithmetic = static_cast<double>(
      std::max<int64_t>(accumulators, machine.latencyAccumulators));
  double step = arithmetic + (pairs ? 2 * loads + 1 : loads);
  double iteration = 2 + (pairs ? 0 : tile.positions);
  int64_t iterations = steps / unrolling.steps, calls = depth / steps;
  double call =
      kCallCost + steps * step + static_cast<double>(iterations) * iteration;
  if (unrolling.remainder)
    call += 4 + static_cast<double>(steps % unrolling.steps) * iteration;
  return kTileCost + call * static_cast<double>(calls);
}

/// What tile kernels ask of the operands.
struct Operands {
  unsigned left = 0, right = 1; // inputs of the root
  int64_t depth = 1, steps = 1;
};

/// The operands of a nest whose steps each multiply an element of the left one
/// by packed ones of the right; nullopt where it is another.
std::optional<Operands>
operandsOf(const Nest &nest, const Contraction &contraction, int vectorDim) {
  if (vectorDim < 0 || !contraction.isFloat32())
    return std::nullopt;
  Operands operands{contraction.data.input, contraction.weights.input,
                    contraction.depth};
  const Access &left = nest.inputs[operands.left];
  if (!isRightOperand(nest, nest.inputs[operands.right], vectorDim) ||
      !left.buffer.flat)
    return std::nullopt;
  operands.steps = stepsOfCall(nest, left);
  return operands;
}

TileShape chooseTile(const Nest &nest, bool pairs, const Operands &operands,
                     int64_t width, int64_t positions, const Machine &machine) {
  int64_t weights = kBytes;
  for (unsigned d = 0; d < nest.sizes.size(); ++d)
    if (nest.inputs[operands.right].address.coefficients[d] != 0)
      weights *= nest.sizes[d];
  // What is left is for the rows of the left operand.
  int64_t cache = machine.l1Bytes / 4 * 3;
  TileShape best{0, 0};
  double bestCost = std::numeric_limits<double>::max();
  auto cost = [&](TileShape tile) {
    double each =
        tileCost(pairs, tile, operands.depth, operands.steps, machine);
    int64_t panel = operands.depth * tile.width * kBytes;
    if (cache && weights > cache && panel > cache)
      each += machine.missInstructions *
              static_cast<double>(operands.depth * tile.width);
    return each;
  };
  for (int64_t p = 1; p <= std::min<int64_t>(positions, 4); ++p)
    for (int64_t w = 1; w <= std::min(width, kMaxAccumulators / p); ++w) {
      if (width % w == 1 || p * w == 1)
        continue; // a single accumulator waits for itself
      double row = 0;
      int64_t wholeTiles = positions / p, single = positions % p;
      for (auto [blocks, columns] :
           {std::pair(width / w, w), std::pair<int64_t, int64_t>(1, width % w)})
        if (columns)
          row += static_cast<double>(blocks) *
                 (static_cast<double>(wholeTiles) * cost({p, columns}) +
                  static_cast<double>(single) * cost({1, columns}));
      if (row < bestCost * 0.999) {
        bestCost = row;
        best = {p, w};
      }
    }
  return best;
}
} // namespace

std::optional<KernelSchedule>
scheduleTileKernels(Nest &nest, const Contraction &contraction,
                    const Machine &machine) {
  TileOutline outline = outlineTiles(nest, machine);
  KernelSchedule schedule(outline.schedule);
  int v = schedule.vectorDim;
  std::optional<Operands> operands = operandsOf(nest, contraction, v);
  if (!outline.isTiled || outline.lanes.count > 1 || !operands ||
      hasEmptyWindow(nest))
    return std::nullopt;
  const Access &left = nest.inputs[operands->left];
  const Access &right = nest.inputs[operands->right];
  unsigned innermost = contraction.reduction().back();
  ArrayRef<int64_t> c = left.address.coefficients;
  bool pairs = c[v] == 1;
  if (pairs ? c[innermost] <= 0 : c[v] != 0 || c[innermost] != 1)
    return std::nullopt;
  int b = schedule.blockedDim;
  if (b >= 0 && (right.address.coefficients[b] != 0 || c[b] <= 0))
    b = -1;
  int64_t positions = b >= 0 && !pairs ? nest.sizes[b] : 1;
  TileShape tile =
      chooseTile(nest, pairs, *operands, nest.sizes[v], positions, machine);
  if (tile.width == 0)
    return std::nullopt;
  schedule.left = operands->left;
  schedule.right = operands->right;
  schedule.pairs = pairs;
  schedule.keepTileLoops = true;
  schedule.peelBorders = schedule.keepLoops = true;
  schedule.blockedDim = b;
  schedule.positions = tile.positions;
  schedule.vectorBlocks = cutBlocks(nest.sizes[v], Lanes(), tile.width);
  return schedule;
}

std::optional<KernelSchedule> scheduleRow(Nest &nest,
                                          const Contraction &contraction,
                                          const Machine &machine) {
  TileOutline outline = outlineTiles(nest, machine);
  KernelSchedule schedule(outline.schedule);
  int v = schedule.vectorDim;
  std::optional<Operands> operands = operandsOf(nest, contraction, v);
  if (!outline.isTiled || outline.lanes.count == 1 || !operands ||
      operands->steps != operands->depth || operands->depth > kMaxRowSteps)
    return std::nullopt;
  bool floats = true;
  nest.forEachAccess(
      [&](Access &access) { floats &= access.buffer.element.isF32(); });
  const Access &left = nest.inputs[operands->left];
  bool row = left.guards.empty() && left.address.coefficients[v] == 0 &&
             left.address.coefficients[contraction.reduction().back()] == 1;
  for (unsigned d = 0; d < nest.sizes.size(); ++d)
    row &= nest.reduction[d] || static_cast<int>(d) == v || nest.sizes[d] == 1;
  int64_t size = nest.sizes[v], lanes = machine.vectorBits / 32;
  int64_t vectors = llvm::divideCeil(size, lanes);
  // Weights are filled up to whole vectors, but not by more than a third.
  if (!floats || !row || 3 * lanes * vectors > 4 * size)
    return std::nullopt;
  int64_t most =
      machine.kernels == targets::KernelSet::Neon ? kRowOfMany : kRowOfFew;
  int64_t blocks = llvm::divideCeil(vectors, most);
  schedule.left = operands->left;
  schedule.right = operands->right;
  schedule.keepLoops = schedule.keepTileLoops = true;
  schedule.blockedDim = -1;
  // Whole vectors, also where fewer columns than lanes are left.
  Lanes whole{lanes, /*partial=*/true, /*overlap=*/false};
  schedule.vectorBlocks =
      cutBlocks(size, whole, llvm::divideCeil(vectors, blocks));
  return schedule;
}

} // namespace dlc::loops
