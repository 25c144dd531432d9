//===- NestEmitter.cpp - The parallel loops of a scheduled nest -----------===//

#include "codegen/loops/NestEmitter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace dlc::loops {

namespace {
/// Beyond this many tiles at a border, each position is computed by itself with
/// loop bounds that are clamped at run time.
constexpr int64_t kMaxBorderTiles = 6;
} // namespace

NestEmitter::NestEmitter(OpBuilder &builder, Nest &nest,
                         const Schedule &schedule,
                         ArrayRef<std::optional<Packing>> packings,
                         llvm::function_ref<Buffer(Value)> bufferOf)
    : b(builder), loc(nest.root.getLoc()), nest(nest), schedule(schedule),
      packings(packings), bufferOf(bufferOf) {
  at.resize(nest.sizes.size());
  bool blocked = schedule.blockedDim >= 0;
  if (schedule.vectorDim >= 0 && schedule.vectorOutermost)
    levels.push_back({Level::Blocks, 0});
  for (unsigned d = 0; d < nest.sizes.size(); ++d)
    if (!nest.reduction[d] && static_cast<int>(d) != schedule.vectorDim &&
        !(blocked && static_cast<int>(d) == schedule.blockedDim))
      levels.push_back({Level::Dim, d});
  if (blocked)
    levels.push_back({Level::Tiles, 0});
  if (schedule.vectorDim >= 0 && !schedule.vectorOutermost)
    levels.push_back({Level::Blocks, 0});
  for (unsigned d = 0; d < nest.sizes.size(); ++d)
    if (nest.reduction[d])
      reductionDims.push_back(d);
}

void NestEmitter::emit() {
  block = &scalarBlock;
  positions = 1;
  emitLevel(0);
}

void NestEmitter::emitLevel(unsigned level) {
  if (level == levels.size()) {
    emitTile();
    return;
  }
  auto [kind, dim] = levels[level];
  if (kind == Level::Blocks) {
    emitBlocks(level);
    return;
  }
  if (kind == Level::Tiles) {
    emitTiles(level);
    return;
  }
  if (nest.sizes[dim] == 1) {
    at[dim] = {};
    emitLevel(level + 1);
    return;
  }
  auto loop =
      scf::ForOp::create(b, loc, index(0), index(nest.sizes[dim]), index(1));
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  at[dim] = {loop.getInductionVar(), 0};
  emitLevel(level + 1);
}

void NestEmitter::emitBlocks(unsigned level) {
  Position &position = at[schedule.vectorDim];
  for (const VectorBlock &candidate : schedule.vectorBlocks) {
    block = &candidate;
    if (candidate.count == 1) {
      position = {nullptr, candidate.start};
      emitLevel(level + 1);
      continue;
    }
    int64_t end = candidate.start + candidate.count * candidate.width;
    auto loop = scf::ForOp::create(b, loc, index(candidate.start), index(end),
                                   index(candidate.width));
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    position = {loop.getInductionVar(), 0};
    emitLevel(level + 1);
  }
}

bool NestEmitter::isInterior(int64_t start, int64_t count) const {
  for (const Access &access : nest.inputs)
    for (const Guard &guard : access.guards) {
      if (guard.parallel != schedule.blockedDim)
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

void NestEmitter::emitStaticTile(unsigned level, int64_t start, int64_t count) {
  positions = count;
  interior = isInterior(start, count);
  at[schedule.blockedDim] = {nullptr, start};
  emitLevel(level + 1);
}

void NestEmitter::emitTileLoop(unsigned level, int64_t start, int64_t count,
                               int64_t step) {
  positions = step;
  interior = isInterior(start, count * step);
  auto loop = scf::ForOp::create(b, loc, index(start),
                                 index(start + count * step), index(step));
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  at[schedule.blockedDim] = {loop.getInductionVar(), 0};
  emitLevel(level + 1);
}

void NestEmitter::emitTiles(unsigned level) {
  int64_t size = nest.sizes[schedule.blockedDim], tile = schedule.positions;
  int64_t whole = size / tile, tail = size % tile;
  int64_t first = 0, last = whole; // whole tiles that touch no padding
  while (first < last && !isInterior(first * tile, tile))
    ++first;
  while (last > first && !isInterior((last - 1) * tile, tile))
    --last;
  bool manyBorders = first + (whole - last) > kMaxBorderTiles;
  auto emitBorder = [&](int64_t begin, int64_t end) {
    if (manyBorders && begin < end) {
      emitTileLoop(level, begin * tile, (end - begin) * tile, 1);
      return;
    }
    for (int64_t t = begin; t < end; ++t)
      emitStaticTile(level, t * tile, tile);
  };
  emitBorder(0, first);
  if (last - first == 1)
    emitStaticTile(level, first * tile, tile);
  else if (last > first)
    emitTileLoop(level, first * tile, last - first, tile);
  emitBorder(last, whole);
  if (tail)
    emitStaticTile(level, whole * tile, tail);
}

} // namespace dlc::loops
