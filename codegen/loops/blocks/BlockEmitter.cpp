//===- BlockEmitter.cpp - Register blocks as loops and vectors ------------===//

#include "codegen/loops/blocks/BlockEmitter.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace dlc::loops {

namespace {
/// Accumulations without a loop at most where several steps are taken together.
constexpr int64_t kRunAccumulations = 64, kCompactRunAccumulations = 12;
} // namespace

BlockEmitter::BlockEmitter(StageContext &context, Nest &nest,
                           const BlockSchedule &schedule, int bias)
    : TiledNest(context, nest, schedule, bias, /*inKernels=*/false),
      schedule(schedule) {
  unrollAll = schedule.unrollReduction;
}

/// The tile's vectors one after the other: none shares what another one loads,
/// and few registers hold what one needs.
BlockEmitter::Values BlockEmitter::reduceTile(Values accumulators) {
  if (!schedule.unrollReduction)
    return TiledNest::reduceTile(std::move(accumulators));
  const VectorBlock *whole = block;
  size_t results = nest.inits.size();
  Values reduced;
  for (const Piece &piece : whole->pieces) {
    VectorBlock one{whole->start, whole->count, whole->width, {piece}};
    block = &one;
    Values own(ArrayRef(accumulators).slice(reduced.size(), results));
    llvm::append_range(reduced, emitReduction(0, std::move(own)));
  }
  block = whole;
  return reduced;
}

BlockEmitter::Values BlockEmitter::reduceInnermost(unsigned dim,
                                                   const Range &range,
                                                   Values accumulators) {
  int64_t steps = range.upper - range.lower;
  int64_t tile = positions * static_cast<int64_t>(block->pieces.size());
  bool runs = schedule.run > 1;
  int64_t most = schedule.compact
                     ? (runs ? kCompactRunAccumulations : kCompactAccumulations)
                     : (runs ? kRunAccumulations : kUnrollAccumulations);
  bool small = steps <= kUnrollSteps && steps * tile <= most;
  if (!range.isDynamic() && (unrolled[dim] || small || unrollAll || steps <= 1))
    return emitSteps(dim, nullptr, range.lower, steps, std::move(accumulators));
  bool single = range.isDynamic() || steps < 2 * schedule.run;
  int64_t run = single ? 1 : schedule.run, tail = single ? 0 : steps % run;
  Range whole = range;
  whole.upper -= tail;
  accumulators = emitReductionLoop(dim, whole, run, std::move(accumulators),
                                   [&](Value variable, Values carried) {
                                     return emitSteps(dim, variable, 0, run,
                                                      std::move(carried));
                                   });
  return emitSteps(dim, nullptr, whole.upper, tail, std::move(accumulators));
}

/// `count` steps of the innermost reduction dimension from `variable` + `first`
/// on, without a loop.
BlockEmitter::Values BlockEmitter::emitSteps(unsigned dim, Value variable,
                                             int64_t first, int64_t count,
                                             Values accumulators) {
  for (int64_t k = 0; k < count; ++k) {
    at[dim] = {variable, first + k};
    int64_t start = k - k % schedule.run;
    // Steps that some position skips at a border are no run: what a vector
    // would read of them does not exist.
    bool whole =
        schedule.run > 1 && !unrolled[dim] && start + schedule.run <= count;
    runDim = whole ? static_cast<int>(dim) : -1;
    runStart = first + start;
    accumulators = emitStep(std::move(accumulators));
  }
  runDim = -1;
  at[dim] = {};
  return accumulators;
}

Value BlockEmitter::load(const Access &access, const Linear &address,
                         const Piece &piece, const PackedInput *packed) {
  bool factor = schedule.factorInLane && runDim >= 0 && !packed &&
                access.buffer.flat &&
                address.coefficients[schedule.vectorDim] == 0 &&
                address.coefficients[runDim] == 1;
  return factor ? loadFactor(access, address)
                : TiledNest::load(access, address, piece, packed);
}

Value BlockEmitter::loadStrided(const Access &access, const Linear &address,
                                const Piece &piece, int64_t stride) {
  int pair = stride == 2 && schedule.unrollReduction
                 ? pairedDim(nest, access, schedule.vectorDim)
                 : -1;
  if (pair >= 0 && !at[pair].variable)
    return loadPair(access, address, piece, pair);
  return TiledNest::loadStrided(access, address, piece, stride);
}

/// A vector of every other element, out of a load of twice as many: the step of
/// `dim` in hand and its neighbour, both of which the window has. Only what
/// some step reads is touched.
Value BlockEmitter::loadPair(const Access &access, const Linear &address,
                             const Piece &piece, unsigned dim) {
  int64_t step = at[dim].offset;
  int64_t first = std::min(step / 2 * 2, nest.sizes[dim] - 2);
  int64_t extra = 2 * piece.offset + first - step;
  Value &both = loadedAt(address, constantOf(address) + extra, 2 * piece.lanes);
  if (!both)
    both = vector::LoadOp::create(
        b, loc, VectorType::get({2 * piece.active}, access.buffer.element),
        access.buffer.flat, ValueRange{indexOf(address, extra)});
  SmallVector<int64_t> lanes(piece.lanes, 0); // the rest hold anything
  for (int64_t lane = 0; lane < piece.active; ++lane)
    lanes[lane] = 2 * lane + step - first;
  return vector::ShuffleOp::create(b, loc, both, both, lanes);
}

/// One lane of the vector that a run of steps takes its factors from.
Value BlockEmitter::loadFactor(const Access &access, const Linear &address) {
  int64_t lane = at[runDim].offset - runStart;
  Value &value = loadedAt(address, constantOf(address) - lane, schedule.run);
  if (!value) {
    auto type = VectorType::get({schedule.run}, access.buffer.element);
    value = vector::LoadOp::create(b, loc, type, access.buffer.flat,
                                   ValueRange{indexOf(address, -lane)});
  }
  return vector::ExtractOp::create(b, loc, value, lane);
}

} // namespace dlc::loops
