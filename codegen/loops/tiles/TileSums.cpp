//===- TileSums.cpp - The sums and results of one tile --------------------===//

#include "codegen/loops/tiles/TiledNest.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace dlc::loops {

namespace {
int64_t ceilDiv(int64_t a, int64_t b) {
  return a > 0 ? (a + b - 1) / b : -(-a / b);
}
int64_t floorDiv(int64_t a, int64_t b) { return -ceilDiv(-a, b); }
} // namespace

/// Narrows a reduction's range to where the guard holds for the position of
/// its parallel dimension.
void TiledNest::clampRange(const Guard &guard, Range &range) {
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

void TiledNest::planReduction() {
  ranges.assign(nest.sizes.size(), {});
  unrolled.assign(nest.sizes.size(), false);
  staticGuards.clear();
  for (unsigned d : reductionDims)
    ranges[d].upper = nest.sizes[d];
  for (const Access &access : nest.inputs)
    for (const Guard &guard : access.guards) {
      bool inTile =
          schedule.blockedDim >= 0 && guard.parallel == schedule.blockedDim;
      if (inTile && interior && (positions > 1 || inKernels))
        continue;
      if (inTile && positions > 1) {
        staticGuards.push_back(&guard);
        unrolled[guard.reduction] = true;
        continue;
      }
      clampRange(guard, ranges[guard.reduction]);
    }
}

void TiledNest::emitTile() {
  bases.clear();
  loaded.clear();
  addresses.clear();
  for (auto [i, access] : llvm::enumerate(nest.inputs))
    addresses.push_back(packingOf(i) ? packingOf(i)->weights->address(*block)
                                     : access.address);
  planReduction();
  emitStores(reduceTile(startSums()));
}

TiledNest::Values TiledNest::reduceTile(Values accumulators) {
  return emitReduction(0, std::move(accumulators));
}

TiledNest::Values TiledNest::startSums() {
  Values accumulators;
  if (!nest.hasReduction())
    return accumulators;
  if (bias >= 0) {
    const Access &access = *nest.epilogueInputs[bias];
    forEachAccumulator([&](int64_t, const Piece &piece, unsigned) {
      accumulators.push_back(load(access, access.address, piece));
    });
    return accumulators;
  }
  std::map<std::pair<unsigned, int64_t>, Value> made;
  forEachAccumulator([&](int64_t, const Piece &piece, unsigned) {
    for (auto [i, init] : llvm::enumerate(nest.inits)) {
      if (!init) {
        const Access &output = nest.outputs[i];
        accumulators.push_back(broadcastTo(
            b, loc, load(output, output.address, piece), piece.lanes));
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
TiledNest::Range TiledNest::mergeRanges(unsigned first, unsigned last) {
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
unsigned TiledNest::mergeSuffix(unsigned first) const {
  unsigned last = first;
  auto mergeable = [&](unsigned d) { return ranges[d].full && !unrolled[d]; };
  while (last + 1 < reductionDims.size()) {
    unsigned a = reductionDims[last], c = reductionDims[last + 1];
    // What a kernel walks may begin and end within the outermost dimension.
    bool part = inKernels && a == reductionDims[first] && !unrolled[a];
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

TiledNest::Values TiledNest::emitReduction(unsigned first,
                                           Values accumulators) {
  if (first == reductionDims.size())
    return emitStep(std::move(accumulators));
  unsigned next = mergeSuffix(first) + 1, dim = reductionDims[next - 1];
  Range range = mergeRanges(first, next - 1);
  if (next == reductionDims.size())
    return reduceInnermost(dim, range, std::move(accumulators));
  auto emitAt = [&](Value variable, int64_t offset, Values carried) {
    at[dim] = {variable, offset};
    carried = emitReduction(next, std::move(carried));
    at[dim] = {};
    return carried;
  };
  if (range.isDynamic() ||
      (!unrolled[dim] && !unrollAll && range.upper - range.lower > 1))
    return emitReductionLoop(dim, range, /*step=*/1, std::move(accumulators),
                             [&](Value variable, Values carried) {
                               return emitAt(variable, 0, std::move(carried));
                             });
  for (int64_t k = range.lower; k < range.upper; ++k)
    accumulators = emitAt(nullptr, k, std::move(accumulators));
  return accumulators;
}

/// A loop over the range, which `step` divides.
TiledNest::Values
TiledNest::emitReductionLoop(unsigned dim, const Range &range, int64_t step,
                             Values accumulators,
                             llvm::function_ref<Values(Value, Values)> body) {
  Value lower = range.lowerValue ? range.lowerValue : index(range.lower);
  Value upper = range.upperValue ? range.upperValue : index(range.upper);
  auto loop =
      scf::ForOp::create(b, loc, lower, upper, index(step), accumulators);
  if (schedule.keepLoops)
    forbidUnrolling(loop);
  auto outerBases = bases;
  auto outerLoads = loaded;
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    Values carried(loop.getRegionIterArgs());
    scf::YieldOp::create(b, loc,
                         body(loop.getInductionVar(), std::move(carried)));
  }
  bases = std::move(outerBases);
  loaded = std::move(outerLoads);
  at[dim] = {};
  return Values(loop.getResults());
}

/// Whether the blocked dimension's current position reads padding.
bool TiledNest::isOutside() const {
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

TiledNest::Values TiledNest::emitStep(Values accumulators) {
  if (!nest.hasReduction())
    return accumulators;
  unsigned results = nest.inits.size();
  forEachAccumulator([&](int64_t, const Piece &piece, unsigned i) {
    if (isOutside())
      return;
    Values arguments;
    for (auto [k, access] : llvm::enumerate(nest.inputs))
      arguments.push_back(load(access, addresses[k], piece, packingOf(k)));
    for (unsigned r = 0; r < results; ++r)
      arguments.push_back(accumulators[i * results + r]);
    Values next = evaluate(*nest.root.getBody(), arguments, piece);
    for (unsigned r = 0; r < results; ++r)
      accumulators[i * results + r] = broadcastTo(b, loc, next[r], piece.lanes);
  });
  return accumulators;
}

TiledNest::Values TiledNest::evaluate(Block &body, ValueRange arguments,
                                      const Piece &piece) {
  auto position = [&](unsigned dim) { return positionOf(dim, piece); };
  auto bufferOf = [&](Value tensor) { return context.bufferOf(tensor); };
  return emitBody(b, body, arguments,
                  BodyContext{position, bufferOf, highWordsOf(context.target()),
                              schedule.vectorDim, piece.lanes});
}

/// What the root yields for a piece whose sums, if there are any, these are.
TiledNest::Values TiledNest::valuesOf(ArrayRef<Value> sums,
                                      const Piece &piece) {
  if (nest.hasReduction())
    return Values(sums);
  Values arguments;
  for (auto [k, access] : llvm::enumerate(nest.inputs))
    arguments.push_back(load(access, addresses[k], piece, packingOf(k)));
  for (auto [r, init] : llvm::enumerate(nest.inits)) {
    bool used = !nest.root.getRegionOutputArgs()[r].use_empty();
    const Access &output = nest.outputs[r];
    arguments.push_back(
        !used  ? nullptr
        : init ? arith::ConstantOp::create(b, loc, init).getResult()
               : load(output, output.address, piece));
  }
  return evaluate(*nest.root.getBody(), arguments, piece);
}

TiledNest::Values TiledNest::finished(Values values, const Piece &piece) {
  if (!nest.epilogue)
    return values;
  Values arguments;
  for (auto [k, access] : llvm::enumerate(nest.epilogueInputs)) {
    if (static_cast<int>(k) == bias)
      arguments.push_back(nothingToAdd(b, loc, access->buffer.element));
    else
      arguments.push_back(access ? load(*access, access->address, piece)
                                 : values.front());
  }
  arguments.append(nest.outputs.size(), nullptr);
  return evaluate(*nest.epilogue.getBody(), arguments, piece);
}

void TiledNest::emitStores(ArrayRef<Value> sums) {
  if (finishTile(sums))
    return;
  unsigned results = nest.hasReduction() ? nest.inits.size() : 0;
  struct Pending {
    const Access *access;
    Piece piece;
    Value value;
    int64_t offset;
  };
  SmallVector<Pending> pending;
  forEachAccumulator([&](int64_t, const Piece &piece, unsigned i) {
    Values values =
        finished(valuesOf(sums.slice(i * results, results), piece), piece);
    int64_t offset =
        schedule.blockedDim >= 0 ? at[schedule.blockedDim].offset : 0;
    for (auto [access, value] : llvm::zip(nest.outputs, values))
      pending.push_back({&access, piece, value, offset});
  });
  if (storeTile(llvm::map_to_vector(
          pending, [](const Pending &entry) { return entry.value; })))
    return;
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
