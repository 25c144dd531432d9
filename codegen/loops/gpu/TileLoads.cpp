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

int64_t GpuTileEmitter::slotCount(const Side &side) const {
  return llvm::divideCeil(side.width * tile.steps / elementsOfSlot(side),
                          tile.threads());
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

void GpuTileEmitter::prepareSlot(Side &side, int64_t number) {
  Slot slot;
  Value e = plus(thread(), number * tile.threads());
  bool alongRows = side.operand.load == OperandLoad::Panel ||
                   side.operand.load == OperandLoad::AlongRows;
  Value row;
  int64_t unit = schedule.partSteps() / tile.steps, run = side.operand.run;
  Value step; // of shared memory
  if (alongRows) {
    step = quotient(e, side.width / run);
    row = times(remainder(e, side.width / run), run);
  } else if (schedule.hasWords) {
    row = quotient(e, tile.steps);
    step = remainder(e, tile.steps);
  } else if (side.operand.load == OperandLoad::AlongSteps) {
    row = quotient(e, tile.steps / run);
    step = times(remainder(e, tile.steps / run), run);
  } else {
    row = remainder(e, side.width);
    step = quotient(e, side.width);
  }
  slot.step = times(step, unit);
  slot.target = plus(times(step, side.stride), row);
  int64_t all = side.width * tile.steps / elementsOfSlot(side);
  if ((number + 1) * tile.threads() > all)
    slot.exists = isBelow(e, all);

  if (side.operand.panels) {
    // [groups][panels][steps][width]
    int64_t panels = (side.count + side.width - 1) / side.width;
    Value panel =
        side.operand.input == left.operand.input ? block(0) : block(1);
    Value first =
        times(plus(times(block(2), panels), panel), schedule.paddedDepth);
    slot.base =
        plus(times(plus(first, slot.step), side.width), times(row, unit));
    side.slots.push_back(std::move(slot));
    return;
  }
  Value position = plus(side.first, rowOf(side, row));
  if (side.count % side.rows != 0) {
    // Rows that there are not take the first one's elements; nothing is stored
    // for them.
    Value inside = isBelow(position, side.count);
    position = arith::SelectOp::create(b, loc, inside, position, index(0));
  }
  const Access &access = nest.inputs[side.operand.input];
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
  side.slots.push_back(std::move(slot));
}

/// Sets `at` for the steps at a place within a part.
void GpuTileEmitter::setSteps(const StepPoint &point, Value within) {
  if (!uniform) {
    split(plus(point.first, within), schedule.steps);
    return;
  }
  for (auto [d, counter] : llvm::zip_equal(schedule.steps, point.counters))
    at[d] = counter;
  at[schedule.steps.back()] = plus(point.counters.back(), within);
}

Value GpuTileEmitter::fetch(Side &side, const Slot &slot,
                            const StepPoint &point) {
  const Access &access = nest.inputs[side.operand.input];
  Access memory = access;
  memory.buffer.flat = side.memory;
  int64_t lanes = isVector(side) ? side.operand.run : 1;
  if (side.operand.panels) {
    lanes *= schedule.partSteps() / tile.steps;
    return ifInside(slot.exists, nothing(side, lanes), [&] {
      return load(memory, plus(slot.base, times(point.first, side.width)),
                  lanes);
    });
  }
  setSteps(point, slot.step);
  Value inside = slot.exists;
  auto require = [&](Value condition) {
    inside = inside ? Value(arith::AndIOp::create(b, loc, inside, condition))
                    : condition;
  };
  for (auto [guard, base] : llvm::zip_equal(access.guards, slot.guards)) {
    Value terms = termsOf(guard.position, schedule.steps);
    require(isBelow(terms ? plus(base, terms) : base, guard.size));
  }
  if (schedule.paddedDepth != schedule.depth)
    require(isBelow(plus(point.first, slot.step), schedule.depth));
  Value terms = termsOf(access.address, schedule.steps);
  Value address = terms ? plus(slot.base, terms) : slot.base;
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

void GpuTileEmitter::keepAll(ArrayRef<Value> values, Value parity) {
  for (Side *side : {&left, &right})
    for (const Slot &slot : side->slots) {
      keep(*side, slot, values.front(), parity);
      values = values.drop_front();
    }
}

void GpuTileEmitter::keep(Side &side, const Slot &slot, Value value,
                          Value parity) {
  OpBuilder::InsertionGuard guard(b);
  if (slot.exists)
    b.setInsertionPoint(scf::IfOp::create(b, loc, slot.exists).thenYield());
  value = asStored(side, value);
  Value target = plus(slot.target, times(parity, side.part));
  if (side.operand.load == OperandLoad::AlongSteps && !schedule.hasWords) {
    for (int64_t i = 0; i < side.operand.run; ++i)
      memref::StoreOp::create(
          b, loc, vector::ExtractOp::create(b, loc, value, i), side.shared,
          ValueRange{plus(target, i * side.stride)});
  } else if (isa<VectorType>(value.getType())) {
    int64_t bytes = side.operand.run * bytesOf(sharedElement());
    vector::StoreOp::create(b, loc, value, side.shared, ValueRange{target},
                            /*nontemporal=*/false, llvm::Align(bytes));
  } else {
    memref::StoreOp::create(b, loc, value, side.shared, ValueRange{target});
  }
}

} // namespace dlc::loops
