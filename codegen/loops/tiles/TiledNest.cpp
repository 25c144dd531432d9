//===- TiledNest.cpp - The parallel loops of a tiled nest -----------------===//

#include "codegen/loops/tiles/TiledNest.h"
#include "dialects/arena/ArenaDialect.h"
#include "dialects/arena/Declarations.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace dlc::loops {

namespace {
/// Beyond this many tiles at a border, each position is computed by itself with
/// loop bounds that are clamped at run time.
constexpr int64_t kMaxBorderTiles = 6;
/// The same for single positions at one border.
constexpr int64_t kMaxPeeled = 3;
} // namespace

TiledNest::TiledNest(StageContext &context, Nest &nest,
                     const TileSchedule &schedule, int bias, bool inKernels,
                     int ownWeights)
    : context(context), b(context.builder()), loc(nest.root.getLoc()),
      nest(nest), bias(bias), schedule(schedule), inKernels(inKernels) {
  at.resize(nest.sizes.size());
  levels = loopsOf(nest, schedule);
  for (unsigned d = 0; d < nest.sizes.size(); ++d)
    if (nest.reduction[d])
      reductionDims.push_back(d);
  for (auto [i, access] : llvm::enumerate(nest.inputs)) {
    PackedInput packed;
    if (static_cast<int>(i) != ownWeights)
      packed.weights = planPacking(nest, access, schedule.vectorDim,
                                   schedule.vectorBlocks, schedule.group);
    if (packed.weights)
      packed.constants = context.encode(access, packed.weights);
    packings.push_back(std::move(packed));
  }
}

void TiledNest::emit(std::optional<ChunkRange> range) {
  chunks = range;
  block = &scalarBlock;
  positions = 1;
  emitLevel(0);
}

Operation *TiledNest::emitLoop(Value lower, Value upper,
                               llvm::function_ref<void(Value)> body) {
  auto loop = scf::ForOp::create(b, loc, lower, upper, index(1));
  if (schedule.keepTileLoops)
    forbidUnrolling(loop);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  body(loop.getInductionVar());
  return loop;
}

void TiledNest::emitLevel(unsigned level) {
  if (level == levels.size()) {
    emitTile();
    return;
  }
  auto [kind, dim] = levels[level];
  bool chunked = level == 0 && chunks;
  if (kind != LoopLevel::Dim)
    enterLevel(kind);
  if (kind == LoopLevel::Blocks) {
    chunked ? emitBlockChunks(level) : emitBlocks(level);
    return;
  }
  if (kind == LoopLevel::Tiles) {
    chunked ? emitTileChunks(level) : emitTiles(level);
    return;
  }
  if (nest.sizes[dim] == 1 && !chunked) {
    at[dim] = {};
    emitLevel(level + 1);
    return;
  }
  Value lower = chunked ? chunks->begin : index(0);
  Value upper = chunked ? chunks->end : index(nest.sizes[dim]);
  Operation *loop = emitLoop(lower, upper, [&, dim = dim](Value variable) {
    at[dim] = {variable, 0};
    emitLevel(level + 1);
  });
  if (level == 0 && !chunked)
    arena::anyOrderAttr.put(loop);
}

/// A loop over those of the chunks [first, first + count) that are asked for;
/// the body gets the chunk's number.
void TiledNest::emitChunkRange(int64_t first, int64_t count,
                               llvm::function_ref<void(Value)> body) {
  Value lower = arith::MaxSIOp::create(b, loc, chunks->begin, index(first));
  Value upper =
      arith::MinSIOp::create(b, loc, chunks->end, index(first + count));
  emitLoop(lower, upper, body);
}

void TiledNest::emitBlockChunks(unsigned level) {
  int64_t first = 0;
  for (const VectorBlock &candidate : schedule.vectorBlocks) {
    block = &candidate;
    emitChunkRange(first, candidate.count, [&](Value chunk) {
      Value start =
          arith::MulIOp::create(b, loc, chunk, index(candidate.width));
      at[schedule.vectorDim] = {start,
                                candidate.start - first * candidate.width};
      emitLevel(level + 1);
    });
    first += candidate.count;
  }
}

void TiledNest::emitTileChunks(unsigned level) {
  int64_t size = nest.sizes[schedule.blockedDim], tile = schedule.positions;
  interior = true;
  positions = tile;
  emitChunkRange(0, size / tile, [&](Value chunk) {
    Value start = arith::MulIOp::create(b, loc, chunk, index(tile));
    at[schedule.blockedDim] = {start, 0};
    emitLevel(level + 1);
  });
  if (size % tile == 0)
    return;
  emitChunkRange(size / tile, 1, [&](Value) {
    emitStaticTile(level, size - size % tile, size % tile);
  });
}

void TiledNest::emitBlocks(unsigned level) {
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
    if (schedule.keepTileLoops)
      forbidUnrolling(loop);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    position = {loop.getInductionVar(), 0};
    emitLevel(level + 1);
  }
}

void TiledNest::emitStaticTile(unsigned level, int64_t start, int64_t count) {
  positions = count;
  interior = isInside(start, count);
  at[schedule.blockedDim] = {nullptr, start};
  emitLevel(level + 1);
}

void TiledNest::emitTileLoop(unsigned level, int64_t start, int64_t count,
                             int64_t step) {
  positions = step;
  interior = isInside(start, count * step);
  auto loop = scf::ForOp::create(b, loc, index(start),
                                 index(start + count * step), index(step));
  if (schedule.keepTileLoops)
    forbidUnrolling(loop);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  at[schedule.blockedDim] = {loop.getInductionVar(), 0};
  emitLevel(level + 1);
}

/// Positions that touch padding by themselves, whole tiles between them.
void TiledNest::emitPeeledTiles(unsigned level) {
  int64_t size = nest.sizes[schedule.blockedDim], tile = schedule.positions;
  int64_t first = 0, last = size; // positions that touch no padding
  while (first < last && !isInside(first, 1))
    ++first;
  while (last > first && !isInside(last - 1, 1))
    --last;
  auto emitBorder = [&](int64_t begin, int64_t end) {
    if (end - begin > (inKernels ? 1 : kMaxPeeled)) {
      emitTileLoop(level, begin, end - begin, 1);
      return;
    }
    for (int64_t position = begin; position < end; ++position)
      emitStaticTile(level, position, 1);
  };
  emitBorder(0, first);
  int64_t whole = (last - first) / tile, tail = (last - first) % tile;
  if (whole == 1)
    emitStaticTile(level, first, tile);
  else if (whole > 1)
    emitTileLoop(level, first, whole, tile);
  if (tail)
    emitStaticTile(level, last - tail, tail);
  emitBorder(last, size);
}

void TiledNest::emitTiles(unsigned level) {
  if (schedule.peelBorders) {
    emitPeeledTiles(level);
    return;
  }
  int64_t size = nest.sizes[schedule.blockedDim], tile = schedule.positions;
  int64_t whole = size / tile, tail = size % tile;
  int64_t first = 0, last = whole; // whole tiles that touch no padding
  while (first < last && !isInside(first * tile, tile))
    ++first;
  while (last > first && !isInside((last - 1) * tile, tile))
    --last;
  int64_t borderTiles = schedule.compact ? 0 : kMaxBorderTiles;
  bool manyBorders = first + (whole - last) > borderTiles;
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
  if (tail && schedule.compact)
    emitTileLoop(level, whole * tile, tail, 1);
  else if (tail)
    emitStaticTile(level, whole * tile, tail);
}

} // namespace dlc::loops
