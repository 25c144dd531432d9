//===- BlockFixedGather.cpp - Activations as integers in scratch ----------===//

#include "codegen/loops/block_fixed/BlockFixedNumbers.h"
#include "codegen/loops/block_fixed/BlockFixedWindows.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace dlc::loops {

/// How often short loops over so many elements are unrolled: a remainder would
/// be a second loop, and the code of more steps is worth more than what they
/// save.
static int64_t unrollFactor(int64_t elements) {
  return elements % 2 == 0 ? 2 : elements % 3 == 0 ? 3 : 1;
}

BlockFixedWindows::Bounds BlockFixedWindows::clamp(const Run &run) {
  Value lower = index(0), upper = index(run.size / run.unit);
  for (const Guard *guard : run.guards) {
    // 0 <= x + step * k < size
    int64_t step = guard->position.coefficients[guard->reduction];
    Value x = index(guard->position.constant);
    if (guard->parallel >= 0 && at[guard->parallel])
      x = plus(times(at[guard->parallel],
                     guard->position.coefficients[guard->parallel]),
               x);
    Value low = arith::SubIOp::create(b, loc, index(0), x);
    Value high = arith::SubIOp::create(b, loc, index(guard->size), x);
    if (step != 1) {
      low = arith::CeilDivSIOp::create(b, loc, low, index(step));
      high = arith::CeilDivSIOp::create(b, loc, high, index(step));
    }
    lower = arith::MaxSIOp::create(b, loc, lower, low);
    upper = arith::MinSIOp::create(b, loc, upper, high);
  }
  return {times(lower, run.unit), times(upper, run.unit)};
}

/// Where the k-th element of the only run of an image that is not copied is.
Value BlockFixedWindows::elementInPlace(Value k) {
  const Access &image = nest.inputs[plan.image];
  int64_t stride = image.address.coefficients[plan.reduction.front()];
  return plus(startOf(image.address), times(k, stride));
}

/// The bits at an element of the tile, wherever it lies.
Value BlockFixedWindows::loadTile(Value element) {
  if (isCopied())
    return load(b.getI32Type(), tile, element);
  const Buffer &image = nest.inputs[plan.image].buffer;
  return arith::BitcastOp::create(
      b, loc, b.getI32Type(),
      load(image.element, image.flat, elementInPlace(element)));
}

void BlockFixedWindows::storeTile(Value bits, Value element) {
  if (isCopied())
    return store(bits, tile, element);
  const Buffer &image = nest.inputs[plan.image].buffer;
  store(arith::BitcastOp::create(b, loc, image.element, bits), image.flat,
        elementInPlace(element));
}

void BlockFixedWindows::gatherTile() {
  if (plan.positions == 1) {
    exponent = gatherPosition(index(0));
    return;
  }
  forEach(index(0), positions, [&](Value position) {
    Value outside = plan.tiled >= 0 ? at[plan.tiled] : Value();
    if (outside)
      at[plan.tiled] = plus(outside, position);
    store(gatherPosition(position), exponents, position);
    if (outside)
      at[plan.tiled] = outside;
  });
}

/// Returns the exponent of a position, -1 if its floats have to stay.
Value BlockFixedWindows::gatherPosition(Value position) {
  SmallVector<Run> all = runsOf(nest, nest.inputs[plan.image], plan.reduction);
  SmallVector<Bounds> bounds;
  for (const Run &run : all)
    bounds.push_back(clamp(run));
  fillWithZeros(all, bounds, position);
  Value most = gather(all, bounds, startOf(nest.inputs[plan.image].address),
                      position, fixed.i32(0));
  return convert(position, most);
}

/// Copies the floats of one position if need be; returns the largest magnitude.
Value BlockFixedWindows::gather(ArrayRef<Run> runs, ArrayRef<Bounds> bounds,
                                Value source, Value target, Value most) {
  const Run &run = runs.front();
  bool whole = runs.size() == 1 && run.guards.empty();
  return forEach(bounds.front().lower, bounds.front().upper, 1,
                 whole ? unrollFactor(run.size) : 1, most,
                 [&](Value i, ValueRange carried) -> Values {
                   Value from = plus(source, times(i, run.stride));
                   Value to =
                       plus(target, times(i, run.inSum * plan.positions));
                   if (runs.size() > 1)
                     return {gather(runs.drop_front(), bounds.drop_front(),
                                    from, to, carried.front())};
                   const Buffer &image = nest.inputs[plan.image].buffer;
                   Value value = load(image.element, image.flat, from);
                   Value bits =
                       arith::BitcastOp::create(b, loc, b.getI32Type(), value);
                   if (isCopied())
                     store(bits, tile, to);
                   return {arith::MaxUIOp::create(b, loc, carried.front(),
                                                  fixed.magnitude(bits))};
                 })[0];
}

/// Clears a position's column when some of it is padding.
void BlockFixedWindows::fillWithZeros(ArrayRef<Run> runs,
                                      ArrayRef<Bounds> bounds, Value position) {
  Value partial;
  auto note = [&](arith::CmpIPredicate predicate, Value bound, int64_t whole) {
    Value less = arith::CmpIOp::create(b, loc, predicate, bound, index(whole));
    partial = partial ? arith::OrIOp::create(b, loc, partial, less).getResult()
                      : less;
  };
  for (auto [run, bound] : llvm::zip(runs, bounds)) {
    if (run.guards.empty())
      continue;
    note(arith::CmpIPredicate::ne, bound.lower, 0);
    note(arith::CmpIPredicate::ne, bound.upper, run.size);
  }
  if (!partial)
    return;
  auto branch = scf::IfOp::create(b, loc, partial);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(branch.thenBlock());
  forEach(index(0), index(plan.depth), [&](Value k) {
    store(fixed.i32(0), tile, plus(position, times(k, plan.positions)));
  });
}

/// Turns a position's floats into integers; with an infinity or a NaN among
/// them they stay, and the exponent is -1.
Value BlockFixedWindows::convert(Value position, Value magnitude) {
  Value block = fixed.blockExponent(magnitude);
  Value nonFinite = fixed.isNonFinite(magnitude);
  Value kept = arith::SelectOp::create(b, loc, nonFinite, fixed.i32(-1), block);
  if (plan.untiled)
    return kept;
  auto branch = scf::IfOp::create(b, loc, nonFinite, /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(branch.elseBlock());
  auto convertOne = [&](Value k) {
    Value element = plus(position, times(k, plan.positions));
    storeTile(toInteger(loadTile(element), block), element);
  };
  forEach(index(0), index(plan.depth), convertOne, 1, unrollFactor(plan.depth));
  return kept;
}

} // namespace dlc::loops
