//===- IntegerGather.cpp - Positions as the left operand of kernels -------===//
//
// What a position reads becomes groups of elements as the instructions take
// them, those of a tile's positions in turn. Runs of whole groups are widened
// from where they lie; others are gathered as bytes before. Padding holds the
// zero point.
//
//===----------------------------------------------------------------------===//

#include "codegen/loops/integer/IntegerEmitter.h"
#include "codegen/loops/nest/BodyEmitter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace dlc::loops {

void IntegerEmitter::gather(Value start, int64_t positions) {
  if (plan.isGathered) {
    ifInside(start, positions,
             [&](bool inside) { gatherElements(start, positions, inside); });
    if (plan.left == LeftForm::Widened)
      widenGathered(positions);
    return;
  }
  int64_t group = plan.groupBytes();
  ifInside(start, positions, [&](bool inside) {
    if (!inside || positions == 1)
      return forEach(positions, [&](Value position) {
        setPosition(plus(start, position));
        gatherPosition(plus(addressOf(tile), times(position, group)),
                       positions);
      });
    setPosition(start);
    widenTile(plan.runs, dataAddress(), addressOf(tile), positions);
  });
}

/// Emits `body` for positions that are of one row and read no padding, or lie
/// equally far from each other in any case, and for others where there may be
/// such.
void IntegerEmitter::ifInside(Value start, int64_t positions,
                              llvm::function_ref<void(bool)> body) {
  if (!plan.tiled.empty() && isEven())
    return body(true);
  if (positions == 1 || positions > nest.sizes[plan.tiled.back()])
    return body(false);
  auto branch = scf::IfOp::create(b, loc, isInside(start, positions),
                                  /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(branch.thenBlock());
  body(true);
  b.setInsertionPointToStart(branch.elseBlock());
  body(false);
}

/// What each of a tile's positions reads, one behind the other.
void IntegerEmitter::gatherElements(Value start, int64_t positions,
                                    bool inside) {
  forEach(positions, [&](Value position) {
    setPosition(plus(start, position));
    gatherRuns(times(position, plan.positionElements()), inside);
  });
}

void IntegerEmitter::widenGathered(int64_t positions) {
  if (positions == 1)
    return widen(addressOf(gathered), addressOf(tile), index(plan.steps()), 1,
                 /*aligned=*/true);
  kernel::WidenTileOp::create(
      b, loc, TypeRange(), addressOf(gathered), addressOf(tile), positions,
      plan.steps(), plan.positionBytes(), stored(), products(),
      isCombined(plan.form), /*aligned=*/true, instructions());
}

/// Whether all positions lie equally far from each other, without padding.
bool IntegerEmitter::isEven() {
  const Access &access = nest.inputs[plan.data];
  ArrayRef<int64_t> c = access.address.coefficients;
  bool even = access.guards.empty();
  for (size_t i = 1; i < plan.tiled.size(); ++i)
    even &=
        c[plan.tiled[i - 1]] == c[plan.tiled[i]] * nest.sizes[plan.tiled[i]];
  return even;
}

/// Whether so many positions are of one row, and none of them reads padding:
/// neither the first nor the last does.
Value IntegerEmitter::isInside(Value start, int64_t positions) {
  unsigned innermost = plan.tiled.back();
  setPosition(start);
  Value inside = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::sle,
                                       plus(at[innermost], index(positions)),
                                       index(nest.sizes[innermost]));
  for (int64_t position : {int64_t(0), positions - 1}) {
    if (position)
      at[innermost] = plus(at[innermost], index(position));
    SmallVector<Bounds> bounds;
    for (const Run &run : plan.runs)
      bounds.push_back(boundsOf(run));
    Value partial = isPartial(bounds);
    if (!partial)
      continue;
    Value no = arith::ConstantIntOp::create(b, loc, 0, 1);
    Value whole =
        arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, partial, no);
    inside = arith::AndIOp::create(b, loc, inside, whole);
  }
  return inside;
}

/// Widens whole runs of all positions of a tile.
void IntegerEmitter::widenTile(ArrayRef<Run> runs, Value source, Value target,
                               int64_t positions) {
  const Run &run = runs.front();
  int64_t group = plan.instructions->group;
  if (runs.size() > 1) {
    int64_t step = plan.groupBytes() * positions;
    forEach(run.size, [&](Value i) {
      widenTile(runs.drop_front(),
                plus(source, times(i, run.stride * plan.sums.dataBytes)),
                plus(target, times(i, run.inSum / group * step)), positions);
    });
    return;
  }
  int64_t stride =
      nest.inputs[plan.data].address.coefficients[plan.tiled.back()] *
      plan.sums.dataBytes;
  kernel::WidenTileOp::create(b, loc, TypeRange(), source, target, positions,
                              run.size / group, stride, stored(), products(),
                              isCombined(plan.form), plan.aligned,
                              instructions());
}

/// The type of the data.
IntegerType IntegerEmitter::stored() {
  return IntegerType::get(
      b.getContext(), static_cast<unsigned>(8 * plan.sums.dataBytes),
      plan.sums.signedData ? IntegerType::Signed : IntegerType::Unsigned);
}

void IntegerEmitter::gatherPosition(Value target, int64_t positions) {
  SmallVector<Bounds> bounds;
  for (const Run &run : plan.runs)
    bounds.push_back(boundsOf(run));
  Value address = dataAddress();
  if (Value partial = isPartial(bounds)) {
    auto branch = scf::IfOp::create(b, loc, partial);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(branch.thenBlock());
    fillGroups(target, positions);
  }
  widenRuns(plan.runs, bounds, address, target, positions);
}

/// The elements of one position, from element `to` of the scratch on.
void IntegerEmitter::gatherRuns(Value to, bool inside) {
  const Access &access = nest.inputs[plan.data];
  Value source = startOf(access.address);
  auto whole = [&] {
    if (plan.runs.back().stride == 1)
      copyRuns(plan.runs, dataAddress(),
               plus(addressOf(gathered), times(to, plan.sums.dataBytes)));
    else
      moveRuns(plan.runs, SmallVector<Bounds>(plan.runs.size()), source, to);
  };
  SmallVector<Bounds> bounds;
  for (const Run &run : plan.runs)
    bounds.push_back(inside ? Bounds() : boundsOf(run));
  Value partial = isPartial(bounds);
  if (!partial)
    return whole();
  auto branch = scf::IfOp::create(b, loc, partial, /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(branch.elseBlock());
  whole();
  b.setInsertionPointToStart(branch.thenBlock());
  fillElements(to, plan.sums.order.depth());
  moveRuns(plan.runs, bounds, source, to);
}

/// Those elements of a run that exist: 0 <= x + step * k < size.
IntegerEmitter::Bounds IntegerEmitter::boundsOf(const Run &run) {
  if (run.guards.empty())
    return {};
  Value lower = index(0), upper = index(run.size / run.unit);
  for (const Guard *guard : run.guards) {
    int64_t step = guard->position.coefficients[guard->reduction];
    Value x = index(guard->position.constant);
    if (guard->parallel >= 0 && at[guard->parallel])
      x = plus(times(at[guard->parallel],
                     guard->position.coefficients[guard->parallel]),
               x);
    Value low = arith::SubIOp::create(b, loc, index(0), x);
    Value high = arith::SubIOp::create(b, loc, index(guard->size), x);
    if (step != 1) {
      // Rounded up; both are moved to where division rounds down.
      auto rounded = [&](Value value) -> Value {
        int64_t moved = guard->size + run.size;
        Value positive = plus(value, index(step * moved + step - 1));
        Value quotient = arith::DivUIOp::create(b, loc, positive, index(step));
        return arith::SubIOp::create(b, loc, quotient, index(moved));
      };
      low = rounded(low);
      high = rounded(high);
    }
    lower = arith::MaxSIOp::create(b, loc, lower, low);
    upper = arith::MinSIOp::create(b, loc, upper, high);
  }
  upper = arith::MaxSIOp::create(b, loc, lower, upper);
  return {times(lower, run.unit), times(upper, run.unit)};
}

/// Whether some of a position's elements are padding; null if none ever are.
Value IntegerEmitter::isPartial(ArrayRef<Bounds> bounds) {
  Value partial;
  for (auto [run, bound] : llvm::zip(plan.runs, bounds)) {
    if (!bound.lower)
      continue;
    Value there = arith::SubIOp::create(b, loc, bound.upper, bound.lower);
    Value less = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ne, there,
                                       index(run.size));
    partial = partial ? arith::OrIOp::create(b, loc, partial, less).getResult()
                      : less;
  }
  return partial;
}

/// Groups of zero points in all of a position's places.
void IntegerEmitter::fillGroups(Value target, int64_t positions) {
  int64_t zero = plan.sums.dataZero;
  int64_t first = zero, second = zero;
  if (isCombined(plan.form)) {
    int64_t element = plan.sums.signedData ? zero : zero - 128;
    first = element;
    second = 255 * element + 127;
  } else if (!plan.isWidened() && !plan.sums.signedData) {
    first = second = zero - (int64_t(1) << (8 * plan.sums.dataBytes - 1));
  }
  auto word = [&](int64_t element) -> Value {
    auto bits = static_cast<uint32_t>(element);
    if (plan.elementBytes() == 2)
      bits = (bits & 0xffff) | bits << 16;
    return arith::ConstantIntOp::create(b, loc, static_cast<int32_t>(bits), 32);
  };
  SmallVector<Value> words{word(first)};
  // Of signs, zeros have no bits: words of signs, and of what is not 0.
  if (plan.groupBytes() == 8)
    words.push_back(word(second));
  Value start = arith::DivUIOp::create(
      b, loc, arith::SubIOp::create(b, loc, target, addressOf(tile)), index(4));
  auto count = static_cast<int64_t>(words.size());
  forEach(plan.steps(), [&](Value step) {
    Value at = plus(start, times(step, count * positions));
    for (auto [i, element] : llvm::enumerate(words))
      memref::StoreOp::create(
          b, loc, element, tile,
          ValueRange{i == 0 ? at : plus(at, index(static_cast<int64_t>(i)))});
  });
}

void IntegerEmitter::fillElements(Value to, int64_t count) {
  auto bits = static_cast<unsigned>(8 * plan.sums.dataBytes);
  Value zero = arith::ConstantIntOp::create(
      b, loc, llvm::SignExtend64(plan.sums.dataZero, bits), bits);
  forEach(count, [&](Value k) {
    memref::StoreOp::create(b, loc, zero, gathered, ValueRange{plus(to, k)});
  });
}

void IntegerEmitter::widen(Value source, Value target, Value groups,
                           int64_t positions, bool aligned) {
  kernel::WidenOp::create(b, loc, TypeRange(), source, target, groups,
                          positions, stored(), products(),
                          isCombined(plan.form), aligned, instructions());
}

/// Widens runs from where they lie, one by one.
void IntegerEmitter::widenRuns(ArrayRef<Run> runs, ArrayRef<Bounds> bounds,
                               Value source, Value target, int64_t positions) {
  const Run &run = runs.front();
  int64_t group = plan.instructions->group;
  int64_t step = plan.groupBytes() * positions;
  if (runs.size() > 1) {
    auto inner = [&](Value i) {
      widenRuns(runs.drop_front(), bounds.drop_front(),
                plus(source, times(i, run.stride * plan.sums.dataBytes)),
                plus(target, times(i, run.inSum / group * step)), positions);
    };
    if (bounds.front().lower)
      forEach(bounds.front().lower, bounds.front().upper, inner);
    else
      forEach(run.size, inner);
    return;
  }
  Bounds within = bounds.front();
  if (!within.lower)
    return widen(source, target, index(run.size / group), positions,
                 plan.aligned);
  // Both are multiples of a group.
  auto groups = [&](Value elements) -> Value {
    return arith::DivUIOp::create(b, loc, elements, index(group));
  };
  Value count = arith::SubIOp::create(b, loc, within.upper, within.lower);
  widen(plus(source, times(within.lower, plan.sums.dataBytes)),
        plus(target, times(groups(within.lower), step)), groups(count),
        positions, plan.aligned);
}

/// Copies whole runs to where they lie one behind the other; addresses are
/// bytes.
void IntegerEmitter::copyRuns(ArrayRef<Run> runs, Value source, Value target) {
  const Run &run = runs.front();
  int64_t bytes = plan.sums.dataBytes;
  if (runs.size() > 2) {
    forEach(run.size, [&](Value i) {
      copyRuns(runs.drop_front(), plus(source, times(i, run.stride * bytes)),
               plus(target, times(i, run.inSum * bytes)));
    });
    return;
  }
  bool rows = runs.size() == 2;
  int64_t row = runs.back().size * bytes;
  kernel::CopyOp::create(b, loc, TypeRange(), source,
                         index(rows ? run.stride * bytes : row), target,
                         index(rows ? run.size : 1), row,
                         /*flipped=*/false, instructions());
}

/// Moves the elements of runs that exist one by one.
void IntegerEmitter::moveRuns(ArrayRef<Run> runs, ArrayRef<Bounds> bounds,
                              Value source, Value target) {
  const Run &run = runs.front();
  auto each = [&](Value i) {
    Value from = plus(source, times(i, run.stride));
    Value to = plus(target, times(i, run.inSum));
    if (runs.size() > 1)
      return moveRuns(runs.drop_front(), bounds.drop_front(), from, to);
    Value element = memref::LoadOp::create(
        b, loc, nest.inputs[plan.data].buffer.flat, ValueRange{from});
    memref::StoreOp::create(b, loc, element, gathered, ValueRange{to});
  };
  if (bounds.front().lower)
    forEach(bounds.front().lower, bounds.front().upper, each);
  else
    forEach(run.size, each);
}

} // namespace dlc::loops
