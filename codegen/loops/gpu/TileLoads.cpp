//===- TileLoads.cpp - Operands on their way into shared memory -----------===//

#include "codegen/loops/gpu/TileEmitter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace dlc::loops {

/// Elements of shared memory that a thread brings at once. A word is four steps
/// of the operand.
int64_t GpuTileEmitter::elementsOfSlot(const Side &side) const {
  bool isElement =
      !isVector(side) || (schedule.hasWords && !side.operand.panels);
  return isElement ? 1 : side.operand.run;
}

int64_t GpuTileEmitter::partElements(const Side &side) const {
  constexpr int64_t run = 8; // 16 bytes of anything
  return isWindow(side) ? llvm::alignTo(lineElements(side), run)
                        : side.stride * tile.steps;
}

int64_t GpuTileEmitter::allSlots(const Side &side) const {
  return isWindow(side) ? lineElements(side)
                        : side.width * tile.steps / elementsOfSlot(side);
}

int64_t GpuTileEmitter::slotCount(const Side &side) const {
  return llvm::divideCeil(allSlots(side), tile.threads());
}

void GpuTileEmitter::prepare(Side &side) {
  for (int64_t i = 0; i < slotCount(side); ++i)
    prepareSlot(side, i);
}

/// The terms of some dimensions, without the constant; null where there are
/// none.
Value GpuTileEmitter::termsOf(const Linear &address, ArrayRef<unsigned> dims) {
  Value sum;
  for (unsigned d : dims) {
    if (address.coefficients[d] == 0)
      continue;
    Value term = times(at[d], address.coefficients[d]);
    sum = sum ? plus(sum, term) : term;
  }
  return sum;
}

/// The row of the tile that shared memory has at a place of a step. Places
/// that no thread needs have the row before once more.
Value GpuTileEmitter::rowOf(const Side &side, Value slot) {
  if (side.rows == side.width)
    return slot;
  int64_t run = side.operand.run, part = side.width / side.threadWidth * run,
          rows = side.rows * side.threadWidth / side.width;
  Value inPart = remainder(slot, part);
  Value row = plus(times(quotient(slot, part), run), remainder(inPart, run));
  row = arith::MinUIOp::create(b, loc, row, index(rows - 1));
  return plus(times(quotient(inPart, run), rows), row);
}

/// Where slots of a thread lie one behind the other: `count` of them in each
/// line of so many.
GpuTileEmitter::SlotOrder GpuTileEmitter::orderOf(const Side &side) const {
  int64_t run = side.operand.run;
  switch (side.operand.load) {
  case OperandLoad::Panel:
  case OperandLoad::AlongRows:
    return {side.width / run, run, /*isAlongRows=*/true};
  case OperandLoad::AlongSteps:
    if (schedule.hasWords)
      return {tile.steps, 1, /*isAlongRows=*/false};
    return {tile.steps / run, run, /*isAlongRows=*/false};
  case OperandLoad::Window:
  case OperandLoad::Single:
    break;
  }
  return {side.width, 1, /*isAlongRows=*/true};
}

/// Row and step of a thread's slot in shared memory. Where the threads are a
/// multiple of a line's slots or the other way round, slots differ by constants
/// from the first one, and share its addresses.
void GpuTileEmitter::placeSlot(const Side &side, Slot &slot) {
  const int64_t before = slot.number * tile.threads();
  if (isWindow(side)) {
    // The line goes on from the first row's steps to the other rows'.
    slot.row = index(0);
    slot.step = slot.target = plus(thread(), before);
    return;
  }
  SlotOrder order = orderOf(side);
  bool isMultiple = tile.threads() % order.count == 0,
       isPart = order.count % tile.threads() == 0;
  auto set = [&](auto line, auto within, auto &row, auto &step) {
    (order.isAlongRows ? step : row) = line;
    (order.isAlongRows ? row : step) = within;
  };
  if (slot.number > 0 && (isMultiple || isPart)) {
    const Slot &first = side.slots.front();
    slot.distance.emplace();
    set(before / order.count, before % order.count * order.run,
        slot.distance->rows, slot.distance->steps);
    slot.row = plus(first.row, slot.distance->rows);
    slot.step = plus(first.step, slot.distance->steps);
    slot.target = plus(first.target, slot.distance->steps * side.stride +
                                         slot.distance->rows);
    return;
  }
  Value e = plus(thread(), before);
  set(isPart ? index(0) : quotient(e, order.count),
      times(isPart ? e : remainder(e, order.count), order.run), slot.row,
      slot.step);
  slot.target = plus(times(slot.step, side.stride), slot.row);
}

/// Whether rows are one line of the operand, of which all there are take part.
bool GpuTileEmitter::areRowsInLine(const Side &side) const {
  const Access &access = nest.inputs[side.operand.input];
  ArrayRef<int64_t> c = access.address.coefficients;
  bool isLine = true;
  for (auto [d, next] :
       llvm::zip(side.operand.rows, llvm::drop_begin(side.operand.rows)))
    isLine &= c[d] == c[next] * nest.sizes[next];
  return isLine && access.guards.empty() && side.rows == side.width &&
         side.count % side.rows == 0;
}

void GpuTileEmitter::prepareSlot(Side &side, int64_t number) {
  Slot slot;
  slot.number = number;
  placeSlot(side, slot);
  int64_t all = allSlots(side);
  if ((number + 1) * tile.threads() > all)
    slot.exists = isBelow(plus(thread(), number * tile.threads()), all);
  if (side.operand.panels)
    slot.base = panelBase(side, slot);
  else
    setBase(side, slot);
  side.slots.push_back(std::move(slot));
}

/// Where a slot begins in [groups][panels][steps][width].
Value GpuTileEmitter::panelBase(const Side &side, const Slot &slot) {
  const int64_t together = stepsTogether();
  if (slot.distance)
    return plus(side.slots.front().base,
                (slot.distance->steps * side.width + slot.distance->rows) *
                    together);
  int64_t panels = (side.count + side.width - 1) / side.width;
  Value panel = side.operand.input == left.operand.input ? block(0) : block(1);
  Value first =
      times(plus(times(block(2), panels), panel), schedule.paddedDepth);
  return plus(times(plus(first, times(slot.step, together)), side.width),
              times(slot.row, together));
}

void GpuTileEmitter::setBase(const Side &side, Slot &slot) {
  const Access &access = nest.inputs[side.operand.input];
  if (slot.distance && areRowsInLine(side)) {
    slot.base = plus(side.slots.front().base,
                     slot.distance->rows *
                         access.address.coefficients[side.operand.rows.back()]);
    return;
  }
  Value position =
      isWindow(side) ? side.first : plus(side.first, rowOf(side, slot.row));
  if (side.count % side.rows != 0) {
    // Rows that there are not take the first one's elements; nothing is stored
    // for them.
    Value inside = isBelow(position, side.count);
    position = arith::SelectOp::create(b, loc, inside, position, index(0));
  }
  split(position, side.operand.rows);
  auto fixed = [&](const Linear &address) {
    Value sum = index(address.constant);
    for (ArrayRef<unsigned> dims : {ArrayRef<unsigned>(side.operand.rows),
                                    ArrayRef<unsigned>(schedule.groups)})
      if (Value terms = termsOf(address, dims))
        sum = plus(sum, terms);
    return sum;
  };
  slot.base = fixed(access.address);
  for (const Guard &guard : access.guards)
    slot.guards.push_back(fixed(guard.position));
}

/// Sets `at` for the steps at a place within a part.
void GpuTileEmitter::setSteps(const StepPoint &point, Value within) {
  Value inner = plus(point.inner, within);
  if (!uniform)
    return split(inner, schedule.steps);
  ArrayRef<unsigned> dims(schedule.steps);
  for (auto [d, counter] : llvm::zip_equal(dims.drop_back(), point.counters))
    at[d] = counter;
  at[dims.back()] = inner;
}

/// A position from its part without the steps. What a line shares is added
/// first: it stays out of the loop along the line.
Value GpuTileEmitter::withSteps(Value base, const Linear &position) {
  ArrayRef<unsigned> dims(schedule.steps);
  for (ArrayRef<unsigned> part : {dims.drop_back(), dims.take_back()})
    if (Value terms = termsOf(position, part))
      base = plus(base, terms);
  return base;
}

Value GpuTileEmitter::fetch(Side &side, const Slot &slot,
                            const StepPoint &point) {
  const Access &access = nest.inputs[side.operand.input];
  Access memory = access;
  memory.buffer.flat = side.memory;
  int64_t lanes = isVector(side) ? side.operand.run : 1;
  if (side.operand.panels) {
    lanes *= stepsTogether();
    Value line = plus(slot.base, times(point.line, lineSteps() * side.width));
    return ifInside(slot.exists, nothing(side, lanes), [&] {
      return load(memory, plus(line, times(point.inner, side.width)), lanes);
    });
  }
  Value within = times(slot.step, stepsTogether());
  setSteps(point, within);
  Value inside = slot.exists;
  auto require = [&](Value condition) {
    inside = inside ? Value(arith::AndIOp::create(b, loc, inside, condition))
                    : condition;
  };
  for (auto [guard, base] : llvm::zip_equal(access.guards, slot.guards))
    require(isBelow(withSteps(base, guard.position), guard.size));
  if (schedule.paddedDepth != schedule.depth)
    require(isBelow(plus(point.inner, within), schedule.depth));
  Value address = withSteps(slot.base, access.address);
  return ifInside(inside, nothing(side, lanes),
                  [&] { return load(memory, address, lanes); });
}

/// What `read` gives where the condition holds, if there is one.
Value GpuTileEmitter::ifInside(Value inside, Value outside,
                               llvm::function_ref<Value()> read) {
  if (!inside)
    return read();
  auto branch =
      scf::IfOp::create(b, loc, outside.getType(), inside, /*else=*/true);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(branch.thenBlock());
  scf::YieldOp::create(b, loc, read());
  b.setInsertionPointToStart(branch.elseBlock());
  scf::YieldOp::create(b, loc, outside);
  return branch.getResult(0);
}

GpuTileEmitter::Values GpuTileEmitter::fetchAll(const StepPoint &point) {
  Values values;
  for (Side *side : {&left, &right})
    for (const Slot &slot : side->slots)
      values.push_back(fetch(*side, slot, point));
  return values;
}

void GpuTileEmitter::keepAll(ArrayRef<Value> values, Value place) {
  for (Side *side : {&left, &right}) {
    Value part = partAt(*side, place, Value());
    for (const Slot &slot : side->slots) {
      keep(*side, slot, values.front(), part);
      values = values.drop_front();
    }
  }
}

void GpuTileEmitter::keep(const Side &side, const Slot &slot, Value value,
                          Value part) {
  OpBuilder::InsertionGuard guard(b);
  if (slot.exists)
    b.setInsertionPoint(scf::IfOp::create(b, loc, slot.exists).thenYield());
  value = asStored(side, value);
  Value target = slot.target;
  if (side.operand.load == OperandLoad::AlongSteps && !schedule.hasWords) {
    for (int64_t i = 0; i < side.operand.run; ++i)
      memref::StoreOp::create(b, loc,
                              vector::ExtractOp::create(b, loc, value, i), part,
                              ValueRange{plus(target, i * side.stride)});
  } else if (isa<VectorType>(value.getType())) {
    int64_t bytes = side.operand.run * bytesOf(sharedElement());
    vector::StoreOp::create(b, loc, value, part, ValueRange{target},
                            /*nontemporal=*/false, llvm::Align(bytes));
  } else {
    memref::StoreOp::create(b, loc, value, part, ValueRange{target});
  }
}

} // namespace dlc::loops
