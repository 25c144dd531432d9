//===- TileEmitter.cpp - One register tile of a nest ----------------------===//

#include "codegen/loops/blocks/NestEmitter.h"
#include "codegen/loops/kernels/TileKernel.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace dlc::loops {

namespace {
/// Where several steps are taken together.
constexpr int64_t kRunAccumulations = 64, kCompactRunAccumulations = 12;

int64_t ceilDiv(int64_t a, int64_t b) {
  return a > 0 ? (a + b - 1) / b : -(-a / b);
}
int64_t floorDiv(int64_t a, int64_t b) { return -ceilDiv(-a, b); }
} // namespace

template <typename Fn> void NestEmitter::forEachAccumulator(Fn fn) {
  unsigned count = 0;
  int64_t start = 0;
  if (schedule.blockedDim >= 0)
    start = at[schedule.blockedDim].offset;
  for (int64_t position = 0; position < positions; ++position) {
    if (schedule.blockedDim >= 0)
      at[schedule.blockedDim].offset = start + position;
    for (const Piece &piece : block->pieces)
      fn(position, piece, count++);
  }
  if (schedule.blockedDim >= 0)
    at[schedule.blockedDim].offset = start;
}

/// Narrows a reduction's range to where the guard holds for the position of
/// its parallel dimension.
void NestEmitter::clampRange(const Guard &guard, Range &range) {
  int64_t step = guard.position.coefficients[guard.reduction];
  Position fixed;
  int64_t scale = 0;
  if (guard.parallel >= 0) {
    fixed = at[guard.parallel];
    scale = guard.position.coefficients[guard.parallel];
  }
  int64_t start = scale * fixed.offset + guard.position.constant;
  range.full = false;
  if (!fixed.variable) {
    range.lower = std::max(range.lower, ceilDiv(-start, step));
    range.upper =
        std::min(range.upper, floorDiv(guard.size - 1 - start, step) + 1);
    return;
  }
  // lower = ceil(-x / step), upper = floor((size - 1 - x) / step) + 1.
  Value x = arith::MulIOp::create(b, loc, fixed.variable, index(scale));
  Value low = arith::SubIOp::create(b, loc, index(-start), x);
  Value high = arith::SubIOp::create(b, loc, index(guard.size - start), x);
  if (step != 1) {
    low = arith::CeilDivSIOp::create(b, loc, low, index(step));
    high = arith::CeilDivSIOp::create(b, loc, high, index(step));
  }
  Value lower = range.lowerValue ? range.lowerValue : index(range.lower);
  Value upper = range.upperValue ? range.upperValue : index(range.upper);
  range.lowerValue = arith::MaxSIOp::create(b, loc, lower, low);
  range.upperValue = arith::MinSIOp::create(b, loc, upper, high);
}

void NestEmitter::planReduction() {
  ranges.assign(nest.sizes.size(), {});
  unrolled.assign(nest.sizes.size(), false);
  staticGuards.clear();
  for (unsigned d : reductionDims)
    ranges[d].upper = nest.sizes[d];
  for (const Access &access : nest.inputs)
    for (const Guard &guard : access.guards) {
      bool inTile =
          schedule.blockedDim >= 0 && guard.parallel == schedule.blockedDim;
      if (inTile && interior && (positions > 1 || schedule.usesKernels()))
        continue;
      if (inTile && positions > 1) {
        staticGuards.push_back(&guard);
        unrolled[guard.reduction] = true;
        continue;
      }
      clampRange(guard, ranges[guard.reduction]);
    }
}

void NestEmitter::emitTile() {
  bases.clear();
  loaded.clear();
  addresses.clear();
  for (auto [i, access] : llvm::enumerate(nest.inputs))
    addresses.push_back(packings[i] ? packings[i]->address(block->paddedWidth())
                                    : access.address);
  planReduction();
  Values accumulators = initialAccumulators();
  emitStores(schedule.unrollReduction
                 ? reduceByPiece(accumulators)
                 : emitReduction(0, std::move(accumulators)));
}

/// The tile's vectors one after the other: none shares what another one loads,
/// and few registers hold what one needs.
NestEmitter::Values NestEmitter::reduceByPiece(ArrayRef<Value> accumulators) {
  const VectorBlock *whole = block;
  size_t results = nest.inits.size();
  Values reduced;
  for (const Piece &piece : whole->pieces) {
    VectorBlock one{whole->start, whole->count, whole->width, {piece}};
    block = &one;
    Values own(accumulators.slice(reduced.size(), results));
    llvm::append_range(reduced, emitReduction(0, std::move(own)));
  }
  block = whole;
  return reduced;
}

NestEmitter::Values NestEmitter::initialAccumulators() {
  Values accumulators;
  if (!nest.hasReduction())
    return accumulators;
  if (bias >= 0 && schedule.usesTiles())
    return loadBias();
  if (bias >= 0) {
    const Access &access = *nest.epilogueInputs[bias];
    forEachAccumulator([&](int64_t, const Piece &piece, unsigned) {
      accumulators.push_back(load(access, access.address, piece, false));
    });
    return accumulators;
  }
  std::map<std::pair<unsigned, int64_t>, Value> made;
  forEachAccumulator([&](int64_t, const Piece &piece, unsigned) {
    for (auto [i, init] : llvm::enumerate(nest.inits)) {
      if (!init) {
        const Access &output = nest.outputs[i];
        accumulators.push_back(broadcastTo(
            b, loc, load(output, output.address, piece, false), piece.lanes));
        continue;
      }
      Value &value = made[{i, piece.lanes}];
      if (!value) {
        TypedAttr attribute = init;
        if (piece.lanes > 1)
          attribute = DenseElementsAttr::get(
              VectorType::get({piece.lanes}, init.getType()),
              ArrayRef<Attribute>(init));
        value = arith::ConstantOp::create(b, loc, attribute);
      }
      accumulators.push_back(value);
    }
  });
  return accumulators;
}

/// The range of reduction dimensions `first` to `last` walked as one.
NestEmitter::Range NestEmitter::mergeRanges(unsigned first, unsigned last) {
  Range range = ranges[reductionDims[first]];
  for (unsigned i = first + 1; i <= last; ++i)
    range.multiple *= nest.sizes[reductionDims[i]];
  for (unsigned i = first; i <= last; ++i)
    at[reductionDims[i]] = {};
  range.lower *= range.multiple;
  range.upper *= range.multiple;
  for (Value *bound : {&range.lowerValue, &range.upperValue})
    if (*bound && range.multiple != 1)
      *bound = arith::MulIOp::create(b, loc, *bound, index(range.multiple));
  return range;
}

/// The last of the reduction dimensions from `first` on that can be walked as
/// one loop, each in full and contiguously in every operand.
unsigned NestEmitter::mergeSuffix(unsigned first) const {
  unsigned last = first;
  auto mergeable = [&](unsigned d) { return ranges[d].full && !unrolled[d]; };
  while (last + 1 < reductionDims.size()) {
    unsigned a = reductionDims[last], c = reductionDims[last + 1];
    // What a kernel walks may begin and end within the outermost dimension.
    bool part =
        schedule.usesKernels() && a == reductionDims[first] && !unrolled[a];
    bool fits = (mergeable(a) || part) && mergeable(c) && !nest.needsIndices;
    for (const Linear &address : addresses)
      fits &=
          address.coefficients[a] == address.coefficients[c] * nest.sizes[c];
    if (!fits)
      break;
    ++last;
  }
  return last;
}

NestEmitter::Values NestEmitter::emitReduction(unsigned first,
                                               Values accumulators) {
  if (first == reductionDims.size())
    return emitStep(std::move(accumulators));
  unsigned last = mergeSuffix(first);
  unsigned dim = reductionDims[last];
  Range range = mergeRanges(first, last);
  bool dynamic = range.lowerValue || range.upperValue;
  int64_t steps = range.upper - range.lower;
  int64_t tile = positions * static_cast<int64_t>(block->pieces.size());
  bool innermost = last + 1 == reductionDims.size();
  if (innermost && schedule.kernel == Schedule::Kernel::Row)
    return emitRowSteps(std::move(accumulators));
  if (innermost && schedule.usesKernels())
    return emitKernelSteps(dim, range, std::move(accumulators));
  bool runs = schedule.run > 1;
  int64_t most = schedule.compact
                     ? (runs ? kCompactRunAccumulations : kCompactAccumulations)
                     : (runs ? kRunAccumulations : kUnrollAccumulations);
  bool small = innermost && steps <= kUnrollSteps && steps * tile <= most;
  if (!dynamic &&
      (unrolled[dim] || small || schedule.unrollReduction || steps <= 1))
    return emitSteps(dim, nullptr, range.lower, steps, last + 1,
                     std::move(accumulators));
  if (dynamic || !innermost || steps < 2 * schedule.run)
    return emitReductionLoop(dim, range, /*run=*/1, last + 1,
                             std::move(accumulators));
  int64_t tail = steps % schedule.run;
  range.upper -= tail;
  accumulators = emitReductionLoop(dim, range, schedule.run, last + 1,
                                   std::move(accumulators));
  return emitSteps(dim, nullptr, range.upper, tail, last + 1,
                   std::move(accumulators));
}

/// `count` steps of a reduction dimension from `variable` + `first` on, without
/// a loop.
NestEmitter::Values NestEmitter::emitSteps(unsigned dim, Value variable,
                                           int64_t first, int64_t count,
                                           unsigned next, Values accumulators) {
  for (int64_t k = 0; k < count; ++k) {
    at[dim] = {variable, first + k};
    int64_t start = k - k % schedule.run;
    // Steps that some position skips at a border are no run: what a vector
    // would read of them does not exist.
    bool whole = schedule.run > 1 && next == reductionDims.size() &&
                 !unrolled[dim] && start + schedule.run <= count;
    runDim = whole ? static_cast<int>(dim) : -1;
    runStart = first + start;
    accumulators = emitReduction(next, std::move(accumulators));
  }
  runDim = -1;
  at[dim] = {};
  return accumulators;
}

/// A loop over the range, which `run` steps at a time divide.
NestEmitter::Values NestEmitter::emitReductionLoop(unsigned dim,
                                                   const Range &range,
                                                   int64_t run, unsigned next,
                                                   Values accumulators) {
  Value lower = range.lowerValue ? range.lowerValue : index(range.lower);
  Value upper = range.upperValue ? range.upperValue : index(range.upper);
  auto loop =
      scf::ForOp::create(b, loc, lower, upper, index(run), accumulators);
  if (schedule.keepLoops)
    forbidUnrolling(loop);
  auto outerBases = bases;
  auto outerLoads = loaded;
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    Values carried(loop.getRegionIterArgs());
    scf::YieldOp::create(b, loc,
                         emitSteps(dim, loop.getInductionVar(), 0, run, next,
                                   std::move(carried)));
  }
  bases = std::move(outerBases);
  loaded = std::move(outerLoads);
  at[dim] = {};
  return Values(loop.getResults());
}

/// Whether the blocked dimension's current position reads padding.
bool NestEmitter::isOutside() const {
  for (const Guard *guard : staticGuards) {
    int64_t position = guard->position.constant +
                       guard->position.coefficients[guard->parallel] *
                           at[guard->parallel].offset +
                       guard->position.coefficients[guard->reduction] *
                           at[guard->reduction].offset;
    if (position < 0 || position >= guard->size)
      return true;
  }
  return false;
}

NestEmitter::Values NestEmitter::emitStep(Values accumulators) {
  if (!nest.hasReduction())
    return accumulators;
  unsigned results = nest.inits.size();
  forEachAccumulator([&](int64_t, const Piece &piece, unsigned i) {
    if (isOutside())
      return;
    Values arguments;
    for (auto [k, access] : llvm::enumerate(nest.inputs))
      arguments.push_back(
          load(access, addressOf(k), piece, packings[k].has_value()));
    for (unsigned r = 0; r < results; ++r)
      arguments.push_back(accumulators[i * results + r]);
    Values next = evaluate(*nest.root.getBody(), arguments, piece);
    for (unsigned r = 0; r < results; ++r)
      accumulators[i * results + r] = broadcastTo(b, loc, next[r], piece.lanes);
  });
  return accumulators;
}

NestEmitter::Values NestEmitter::evaluate(Block &body, ValueRange arguments,
                                          const Piece &piece) {
  auto position = [&](unsigned dim) { return positionOf(dim, piece); };
  return emitBody(b, body, arguments, BodyContext{position, bufferOf});
}

void NestEmitter::emitStores(ArrayRef<Value> accumulators) {
  if (finishTile(accumulators))
    return;
  unsigned results = nest.inits.size();
  struct Pending {
    const Access *access;
    Piece piece;
    Value value;
    int64_t offset;
  };
  SmallVector<Pending> pending;
  forEachAccumulator([&](int64_t, const Piece &piece, unsigned i) {
    Values values;
    if (nest.hasReduction()) {
      values.assign(accumulators.begin() + i * results,
                    accumulators.begin() + (i + 1) * results);
    } else {
      Values arguments;
      for (auto [k, access] : llvm::enumerate(nest.inputs))
        arguments.push_back(
            load(access, addressOf(k), piece, packings[k].has_value()));
      for (auto [r, init] : llvm::enumerate(nest.inits)) {
        bool used = !nest.root.getRegionOutputArgs()[r].use_empty();
        const Access &output = nest.outputs[r];
        arguments.push_back(
            !used  ? nullptr
            : init ? arith::ConstantOp::create(b, loc, init).getResult()
                   : load(output, output.address, piece, false));
      }
      values = evaluate(*nest.root.getBody(), arguments, piece);
    }
    if (nest.epilogue) {
      Values arguments;
      for (auto [k, access] : llvm::enumerate(nest.epilogueInputs)) {
        if (static_cast<int>(k) == bias)
          arguments.push_back(nothingToAdd(b, loc));
        else
          arguments.push_back(access
                                  ? load(*access, access->address, piece, false)
                                  : values.front());
      }
      for (unsigned r = 0; r < nest.outputs.size(); ++r)
        arguments.push_back(nullptr);
      values = evaluate(*nest.epilogue.getBody(), arguments, piece);
    }
    int64_t offset =
        schedule.blockedDim >= 0 ? at[schedule.blockedDim].offset : 0;
    for (auto [access, value] : llvm::zip(nest.outputs, values))
      pending.push_back({&access, piece, value, offset});
  });
  if (storesByKernel()) {
    storeTile(llvm::map_to_vector(
        pending, [](const Pending &entry) { return entry.value; }));
    return;
  }
  // Every load of the tile comes before its first store: an operand may lie
  // where the result goes.
  int64_t start = schedule.blockedDim >= 0 ? at[schedule.blockedDim].offset : 0;
  for (Pending &entry : pending) {
    if (schedule.blockedDim >= 0)
      at[schedule.blockedDim].offset = entry.offset;
    store(*entry.access, entry.piece, entry.value);
  }
  if (schedule.blockedDim >= 0)
    at[schedule.blockedDim].offset = start;
}

} // namespace dlc::loops
