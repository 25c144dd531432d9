//===- TileEmitter.cpp - The code of a block that computes a tile ---------===//

#include "codegen/loops/gpu/TileEmitter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Matchers.h"
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
          {},      0,    0,     {},          {}, {}};
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
    prepare(*side);
  }
  right.begin = bytesOfPart(left);
  parts = shared(2 * bytesOfParts(), b.getI8Type());
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
  left.fragment = times(y, isWindow(left) ? tile.threadRows * left.operand.apart
                                          : left.operand.run);
  right.fragment = times(x, right.operand.run);
  for (Side *side : {&left, &right})
    side->fragmentBytes = times(side->fragment, bytesOf(sharedElement()));
}

/// The steps of a line but for the last dimension, which counts along it.
GpuTileEmitter::StepPoint GpuTileEmitter::pointOf(Value line) {
  StepPoint point;
  point.line = line;
  if (!uniform)
    return point;
  ArrayRef<unsigned> dims = ArrayRef(schedule.steps).drop_back();
  split(line, dims);
  for (unsigned d : dims)
    point.counters.push_back(at[d]);
  return point;
}

/// The part of an operand that shared memory has at a place, from so many bytes
/// on (null: from its begin). Loops carry places in bytes: each address is one
/// addition to theirs.
Value GpuTileEmitter::partAt(const Side &side, Value place, Value bytes) {
  auto space = gpu::AddressSpaceAttr::get(
      b.getContext(), gpu::GPUDialect::getWorkgroupAddressSpace());
  auto type = MemRefType::get({partElements(side)}, sharedElement(),
                              MemRefLayoutAttrInterface(), space);
  Value begin = bytes ? plus(place, bytes) : place;
  return memref::ViewOp::create(b, loc, type, parts, plus(begin, side.begin),
                                ValueRange());
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

/// The piece of the line that the thread's rows read in the steps of a part.
GpuTileEmitter::Values GpuTileEmitter::windowOf(const Side &side,
                                                Value memory) {
  const int64_t rows = side.rows * side.threadWidth / side.width,
                count = side.operand.lineElements(rows, tile.steps);
  Type element = sharedElement();
  // Threads' pieces begin so many elements apart.
  int64_t most = 4;
  while (rows * side.operand.apart % most != 0)
    most /= 2;
  Values elements;
  for (int64_t done = 0; done < count;) {
    int64_t lanes = most;
    while (lanes > count - done)
      lanes /= 2;
    Value loaded = vector::LoadOp::create(
        b, loc, VectorType::get({lanes}, element), memory,
        ValueRange{index(done)}, /*nontemporal=*/false,
        llvm::Align(lanes * bytesOf(element)));
    for (int64_t i = 0; i < lanes; ++i)
      elements.push_back(vector::ExtractOp::create(b, loc, loaded, i));
    done += lanes;
  }
  return elements;
}

/// Adds the products of a part to the sums. Column by column is the order that
/// ptxas gives the fewest conflicts of register banks.
GpuTileEmitter::Values GpuTileEmitter::compute(Values sums, Value place) {
  Value leftPart = partAt(left, place, left.fragmentBytes),
        rightPart = partAt(right, place, right.fragmentBytes);
  Values window;
  if (isWindow(left))
    window = windowOf(left, leftPart);
  for (int64_t step = 0; step < tile.steps; ++step) {
    Values rows,
        columns = loadRuns(right, rightPart, index(step * right.stride),
                           right.operand.run);
    if (window.empty())
      rows =
          loadRuns(left, leftPart, index(step * left.stride), left.operand.run);
    else
      for (int64_t i = 0; i < tile.threadRows; ++i)
        rows.push_back(window[i * left.operand.apart + step]);
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

/// A loop that carries what has been added up.
void GpuTileEmitter::repeat(Progress &now, Value begin, Value end, int64_t step,
                            llvm::function_ref<void(Value)> body) {
  auto all = [&] {
    Values values = {now.place};
    values.append(now.sums);
    values.append(now.wholes);
    return values;
  };
  auto take = [&](ValueRange values) {
    now.place = values.front();
    values = values.drop_front();
    now.wholes.assign(values.begin() + now.sums.size(), values.end());
    now.sums.assign(values.begin(), values.begin() + now.sums.size());
  };
  auto loop = scf::ForOp::create(b, loc, begin, end, index(step), all());
  take(loop.getRegionIterArgs());
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    body(loop.getInductionVar());
    scf::YieldOp::create(b, loc, all());
  }
  take(loop.getResults());
}

/// The end of what begins at `from`, so many further or where all ends.
Value GpuTileEmitter::endOf(Value from, int64_t count, int64_t all) {
  Value end = plus(from, count);
  return all % count == 0
             ? end
             : Value(arith::MinUIOp::create(b, loc, end, index(all)));
}

/// Brings the parts of a line and computes with the one before each. The first
/// part of all is there already.
void GpuTileEmitter::addParts(Progress &now, StepPoint point, Value begin,
                              Value end) {
  if (lines() == 1 && matchPattern(begin, m_Zero())) {
    begin = index(schedule.partSteps());
  } else {
    Value isFirst = isBelow(plus(times(point.line, lineSteps()), begin), 1);
    begin = arith::SelectOp::create(b, loc, isFirst,
                                    index(schedule.partSteps()), begin);
  }
  repeat(now, begin, end, schedule.partSteps(), [&](Value step) {
    point.inner = step;
    addPart(now, point);
  });
}

/// Brings a part and computes with the one before it.
void GpuTileEmitter::addPart(Progress &now, const StepPoint &point) {
  Values loaded = fetchAll(point);
  Value other = arith::XOrIOp::create(b, loc, now.place, index(bytesOfParts()));
  now.sums = compute(now.sums, now.place);
  keepAll(loaded, other);
  barrier();
  now.place = other;
}

/// Lines of one part each, by a loop around a loop along the last dimension
/// that tells lines apart, so that no line's number has to be taken to pieces.
void GpuTileEmitter::addShortLines(Progress &now) {
  ArrayRef<unsigned> dims = ArrayRef(schedule.steps).drop_back();
  const int64_t inner = nest.sizes[dims.back()];
  repeat(now, index(0), index(lines() / inner), 1, [&](Value number) {
    // The first part of all is there already.
    Value isFirst = isBelow(number, 1);
    Value begin = arith::SelectOp::create(b, loc, isFirst, index(1), index(0));
    StepPoint point;
    split(number, dims.drop_back());
    for (unsigned d : dims.drop_back())
      point.counters.push_back(at[d]);
    point.counters.push_back(Value());
    repeat(now, begin, index(inner), 1, [&](Value last) {
      point.counters.back() = last;
      point.line = plus(times(number, inner), last);
      point.inner = index(0);
      addPart(now, point);
    });
  });
}

void GpuTileEmitter::addLines(Progress &now, Value begin, Value end) {
  repeat(now, begin, end, 1, [&](Value line) {
    addParts(now, pointOf(line), index(0), index(lineSteps()));
  });
}

/// All parts but the last, which is in shared memory then. Where sums go to
/// whole ones every so many steps, loops are cut there, so that the inner ones
/// have nothing to decide.
void GpuTileEmitter::addAll(Progress &now) {
  const Values nothing = now.sums;
  auto empty = [&] {
    now.wholes = withSums(now.wholes, now.sums);
    now.sums = nothing;
  };
  const int64_t steps = schedule.stepsUntilFull() / tile.steps * tile.steps;
  auto addLine = [&](Value line) {
    StepPoint point = pointOf(line);
    if (now.wholes.empty() || steps >= lineSteps())
      return addParts(now, point, index(0), index(lineSteps()));
    repeat(now, index(0), index(lineSteps()), steps, [&](Value begin) {
      addParts(now, point, begin, endOf(begin, steps, lineSteps()));
      empty();
    });
  };
  if (lines() == 1)
    return addLine(index(0));
  if (now.wholes.empty())
    return lineSteps() == schedule.partSteps()
               ? addShortLines(now)
               : addLines(now, index(0), index(lines()));
  if (steps < lineSteps())
    return repeat(now, index(0), index(lines()), 1, addLine);
  const int64_t together = steps / lineSteps();
  repeat(now, index(0), index(lines()), together, [&](Value begin) {
    addLines(now, begin, endOf(begin, together, lines()));
    empty();
  });
}

GpuTileEmitter::Values GpuTileEmitter::sumUp() {
  // Where there are whole sums, they start with what the sum does.
  size_t results = tile.threadRows * tile.threadColumns,
         count = results / schedule.sumsTogether();
  bool hasWholes = schedule.stepsUntilFull() != 0;
  Progress now;
  now.place = index(0);
  now.sums.assign(
      count, hasWholes ? noSum()
                       : constant(nest.inits.front(), schedule.sumsTogether()));
  Values wholes;
  if (hasWholes)
    wholes.assign(results, constant(nest.inits.front(), 1));
  const bool fills = hasWholes && schedule.stepsUntilFull() < schedule.depth;
  if (fills)
    now.wholes = wholes;
  StepPoint first = pointOf(index(0));
  first.inner = index(0);
  keepAll(fetchAll(first), now.place);
  barrier();
  const int64_t parts = schedule.paddedDepth / schedule.partSteps();
  if (parts > 1)
    addAll(now);
  Values sums = compute(now.sums, index(parts % 2 == 0 ? bytesOfParts() : 0));
  if (hasWholes)
    sums = withSums(fills ? now.wholes : wholes, sums);
  else if (schedule.hasPairs)
    sums = separate(sums);
  for (Side *side : {&left, &right})
    if (side->rowSums)
      addRowSums(sums, *side);
  return sums;
}

} // namespace dlc::loops
