//===- TileEmitter.cpp - The code of a block that computes a tile ---------===//

#include "codegen/loops/gpu/TileEmitter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace dlc::loops {

namespace {
constexpr int64_t kWarp = 32;
} // namespace

GpuTileEmitter::GpuTileEmitter(StageContext &context, const Problem &problem,
                               const GpuTileSchedule &schedule)
    : ThreadCode(context, problem), contraction(*problem.contraction),
      schedule(schedule), tile(schedule.tile),
      left(sideOf(schedule.left, tile.rows, tile.slots(), tile.threadSlots(),
                  schedule.rowCount)),
      right(sideOf(schedule.right, tile.columns, tile.columns,
                   tile.threadColumns, schedule.columnCount)),
      uniform(nest.sizes[schedule.steps.back()] % schedule.partSteps() == 0) {}

GpuTileEmitter::Side GpuTileEmitter::sideOf(const GpuOperand &operand,
                                            int64_t rows, int64_t width,
                                            int64_t threadWidth,
                                            int64_t count) {
  return {operand, rows, width, threadWidth, {}, count, {},
          {},      {},   0,     0,           {}, {}};
}

void GpuTileEmitter::emit() {
  for (Side *side : {&left, &right}) {
    const Access &access = nest.inputs[side->operand.input];
    side->memory = access.buffer.flat;
    if (!side->operand.panels)
      continue;
    SmallVector<Value> stored = context.encode(access, side->operand.panels);
    side->memory = stored.front();
    if (stored.size() > 1)
      side->rowSums = stored.back();
  }
  LaunchShape shape;
  // Neighbouring blocks share the columns' operand: weights stay in the cache.
  shape.x = llvm::divideCeil(schedule.rowCount, tile.rows);
  shape.y = llvm::divideCeil(schedule.columnCount, tile.columns);
  shape.z = schedule.groupCount;
  shape.threads = tile.threads();
  begin(shape, schedule.cost);
  split(block(2), schedule.groups);
  left.first = times(block(0), tile.rows);
  right.first = times(block(1), tile.columns);
  for (Side *side : {&left, &right}) {
    // Elements that come side by side go to rows apart: to other banks.
    bool apart = side->operand.load == OperandLoad::AlongSteps ||
                 side->operand.load == OperandLoad::Single;
    side->stride = side->width + (apart ? side->operand.run : 0);
    side->part = side->stride * tile.steps;
    side->shared = shared(2 * side->part, sharedElement());
    prepare(*side);
  }
  locateThread();
  emitResults(sumUp());
  end();
}

/// Which rows and columns are the thread's. Lanes n and n^1 read one run of
/// the left operand, n and n^2 one of the right: a load of 16 bytes by a warp
/// is two requests of shared memory then and not four.
void GpuTileEmitter::locateThread() {
  int64_t across = tile.columns / tile.threadColumns,
          down = tile.rows / tile.threadRows;
  Value x, y;
  if (across % 4 == 0 && down % 8 == 0) {
    Value lane = remainder(thread(), kWarp), warp = quotient(thread(), kWarp);
    Value inDown = remainder(quotient(lane, 2), 8);
    Value inAcross =
        plus(remainder(lane, 2), times(quotient(lane, kWarp / 2), 2));
    y = plus(times(remainder(warp, down / 8), 8), inDown);
    x = plus(times(quotient(warp, down / 8), 4), inAcross);
  } else if (across % 8 == 0 && down % 4 == 0) {
    Value lane = remainder(thread(), kWarp), warp = quotient(thread(), kWarp);
    Value inDown = remainder(quotient(lane, 2), 4);
    Value inAcross = plus(remainder(lane, 2), times(quotient(lane, 8), 2));
    y = plus(times(remainder(warp, down / 4), 4), inDown);
    x = plus(times(quotient(warp, down / 4), 8), inAcross);
  } else {
    x = remainder(thread(), across);
    y = quotient(thread(), across);
  }
  threadRow = y;
  left.fragment = times(y, left.operand.run);
  right.fragment = times(x, right.operand.run);
}

GpuTileEmitter::StepPoint GpuTileEmitter::firstPoint() {
  StepPoint point;
  point.first = index(0);
  if (uniform)
    point.counters.assign(schedule.steps.size(), point.first);
  return point;
}

/// A part further: the last dimension counts on, and those before it where one
/// is through.
GpuTileEmitter::StepPoint GpuTileEmitter::nextPoint(const StepPoint &point) {
  StepPoint next;
  next.first = plus(point.first, schedule.partSteps());
  if (!uniform)
    return next;
  next.counters = point.counters;
  Value carry;
  for (size_t i = next.counters.size(); i-- > 0;) {
    Value counter = next.counters[i];
    Value further = plus(counter, carry ? 1 : schedule.partSteps());
    if (carry)
      further = arith::SelectOp::create(b, loc, carry, further, counter);
    if (i > 0) {
      carry = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, further,
                                    index(nest.sizes[schedule.steps[i]]));
      further = arith::SelectOp::create(b, loc, carry, index(0), further);
    }
    next.counters[i] = further;
  }
  return next;
}

/// What a thread multiplies of an operand in a step.
GpuTileEmitter::Values GpuTileEmitter::fragmentsOf(Side &side, Value parity,
                                                   int64_t step) {
  Value at =
      plus(plus(side.fragment, times(parity, side.part)), step * side.stride);
  return loadRuns(side, side.shared, at, side.operand.run);
}

GpuTileEmitter::Values GpuTileEmitter::loadRuns(const Side &side, Value memory,
                                                Value first, int64_t run) {
  Values elements;
  int64_t runs = side.threadWidth / run;
  Type element = cast<MemRefType>(memory.getType()).getElementType();
  auto type = VectorType::get({run}, element);
  for (int64_t number = 0; number < runs; ++number) {
    Value loaded = vector::LoadOp::create(
        b, loc, type, memory,
        ValueRange{plus(first, number * (side.width / runs))},
        /*nontemporal=*/false, llvm::Align(run * bytesOf(element)));
    for (int64_t i = 0; i < run; ++i)
      elements.push_back(vector::ExtractOp::create(b, loc, loaded, i));
  }
  return elements;
}

/// Adds the products of a part to the sums. Column by column is the order that
/// ptxas gives the fewest conflicts of register banks.
GpuTileEmitter::Values GpuTileEmitter::compute(Values sums, Value parity) {
  for (int64_t step = 0; step < tile.steps; ++step) {
    Values rows = fragmentsOf(left, parity, step),
           columns = fragmentsOf(right, parity, step);
    rows.truncate(tile.threadRows);
    if (schedule.hasPairs) {
      addPairs(rows, columns, sums);
      continue;
    }
    for (auto [j, column] : llvm::enumerate(columns))
      for (auto [i, row] : llvm::enumerate(rows)) {
        Value &sum = sums[i * columns.size() + j];
        sum = schedule.hasWords
                  ? addProducts(row, column, sum)
                  : Value(math::FmaOp::create(b, loc, row, column, sum));
      }
  }
  return sums;
}

GpuTileEmitter::Values GpuTileEmitter::sumUp() {
  // Where there are whole sums, they start with what the sum does.
  size_t results = tile.threadRows * tile.threadColumns,
         count = results / schedule.sumsTogether();
  Values sums(count, noSum()), wholes;
  bool hasWholes = schedule.stepsUntilFull() != 0;
  if (hasWholes)
    wholes.assign(results, constant(nest.inits.front(), 1));
  else
    sums.assign(count, constant(nest.inits.front(), schedule.sumsTogether()));
  StepPoint point = firstPoint();
  keepAll(fetchAll(point), index(0));
  barrier();
  int64_t parts = schedule.paddedDepth / schedule.partSteps();
  if (parts > 1) {
    bool fills = hasWholes && schedule.stepsUntilFull() < schedule.depth;
    Values carried = point.counters;
    carried.append(sums);
    if (fills)
      carried.append(wholes);
    auto loop = scf::ForOp::create(b, loc, index(0),
                                   index((parts - 1) * schedule.partSteps()),
                                   index(schedule.partSteps()), carried);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    size_t counters = point.counters.size();
    auto arguments = loop.getRegionIterArgs();
    StepPoint here;
    here.first = loop.getInductionVar();
    here.counters.append(arguments.begin(), arguments.begin() + counters);
    auto takeSums = [&](auto values) {
      sums.assign(values.begin() + counters, values.begin() + counters + count);
      if (fills)
        wholes.assign(values.begin() + counters + count, values.end());
    };
    takeSums(arguments);
    Value parity = remainder(quotient(here.first, schedule.partSteps()), 2);
    StepPoint next = nextPoint(here);
    Values loaded = fetchAll(next);
    sums = compute(std::move(sums), parity);
    keepAll(loaded, minus(index(1), parity));
    barrier();
    if (fills)
      empty(sums, wholes, isFull(here.first));
    Values results = next.counters;
    results.append(sums);
    if (fills)
      results.append(wholes);
    scf::YieldOp::create(b, loc, results);
    takeSums(loop.getResults());
  }
  sums = compute(std::move(sums), index((parts - 1) % 2));
  if (hasWholes)
    sums = withSums(wholes, sums);
  else if (schedule.hasPairs)
    sums = separate(sums);
  for (Side *side : {&left, &right})
    if (side->rowSums)
      addRowSums(sums, *side);
  return sums;
}

} // namespace dlc::loops
