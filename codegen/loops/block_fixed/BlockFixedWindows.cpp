//===- BlockFixedWindows.cpp - Tiles of whole windows ---------------------===//

#include "codegen/loops/block_fixed/BlockFixedWindows.h"
#include "codegen/loops/block_fixed/BlockFixedNumbers.h"

using namespace mlir;

namespace dlc::loops {

namespace {
/// Steps of the reduction between two tests of its end.
constexpr int64_t kUnroll = 4;
} // namespace

void BlockFixedWindows::emitTiles() {
  if (plan.tiled < 0) {
    positions = index(1);
    emitTile();
    return;
  }
  int64_t size = nest.sizes[plan.tiled];
  auto emit = [&](Value start) {
    at[plan.tiled] = start;
    positions = inBlock(start, plan.positions, size);
    emitTile();
  };
  forEach(index(0), index(size), emit, plan.positions);
}

void BlockFixedWindows::emitTile() {
  gatherTile();
  if (plan.feature < 0) {
    emitBlock(index(0));
    return;
  }
  forEach(
      index(0), index(nest.sizes[plan.feature]),
      [&](Value feature) { emitBlock(feature); }, plan.features);
}

void BlockFixedWindows::emitBlock(Value feature) {
  Value channel = plus(groupIndex(), feature);
  Value weights = times(channel, plan.depth);
  keepSums(plan.limbs ? Values{multiplyLimbs(weights)} : multiply(weights));
  emitResults(feature, channel);
}

Value BlockFixedWindows::exponentOf(Value position) {
  return exponents ? load(b.getI32Type(), exponents, position) : exponent;
}

/// The integer at an element of the tile, or what it would be.
Value BlockFixedWindows::activation(Value element) {
  Value bits = loadTile(element);
  return plan.untiled ? toInteger(bits, exponent) : bits;
}

/// The sums of a block, a position's features side by side.
BlockFixedWindows::Values BlockFixedWindows::multiply(Value weights) {
  Value constants = nest.inputs[plan.weights].buffer.flat;
  auto step = [&](Value k, int64_t offset, ValueRange carried) -> Values {
    Values sum(carried), x, w;
    Value fromTile = times(k, plan.positions);
    Value fromWeights = plus(weights, times(k, plan.features));
    for (int64_t p = 0; p < plan.positions; ++p)
      x.push_back(
          activation(plus(fromTile, index(offset * plan.positions + p))));
    for (int64_t j = 0; j < plan.features; ++j)
      w.push_back(load(b.getI32Type(), constants,
                       plus(fromWeights, index(offset * plan.features + j))));
    for (int64_t p = 0; p < plan.positions; ++p)
      for (int64_t j = 0; j < plan.features; ++j) {
        Value &into = sum[p * plan.features + j];
        into = fixed.multiplyAdd(into, x[p], w[j]);
      }
    return sum;
  };
  Values sum(plan.positions * plan.features, fixed.constant(b.getI64Type(), 0));
  int64_t whole = plan.depth - plan.depth % kUnroll;
  if (whole > 0)
    sum = forEach(index(0), index(whole), kUnroll, 1, sum,
                  [&](Value k, ValueRange carried) {
                    Values next(carried);
                    for (int64_t i = 0; i < kUnroll; ++i)
                      next = step(k, i, next);
                    return next;
                  });
  for (int64_t k = whole; k < plan.depth; ++k)
    sum = step(index(whole), k - whole, sum);
  return sum;
}

/// The one sum of a block by products of halves, as many at a time as two sums
/// of 32 bits can hold. One step has as many values as Thumb-1 has registers:
/// two would spill.
Value BlockFixedWindows::multiplyLimbs(Value weights) {
  Value constants = nest.inputs[plan.weights].buffer.flat;
  auto step = [&](Value k, ValueRange carried) -> Values {
    Value x = activation(k);
    Value w = load(b.getI32Type(), constants, plus(weights, k));
    BlockFixedArithmetic::LimbSum next =
        fixed.multiplyAdd({carried[0], carried[1]}, x, w);
    return {next.high, next.middle};
  };
  Values zero(2, fixed.i32(0));
  auto someTerms = [&](Value first, ValueRange carried) -> Values {
    Value last = plus(first, index(kLimbTerms));
    if (plan.depth % kLimbTerms != 0)
      last = arith::MinSIOp::create(b, loc, last, index(plan.depth));
    Values limbs = forEach(first, last, 1, 1, zero, step);
    return {fixed.fold(carried.front(), {limbs[0], limbs[1]})};
  };
  Value sum = fixed.constant(b.getI64Type(), 0);
  return forEach(index(0), index(plan.depth), kLimbTerms, 1, sum, someTerms)[0];
}

void BlockFixedWindows::emitResults(Value feature, Value channel) {
  Value outside = plan.tiled >= 0 ? at[plan.tiled] : Value();
  int64_t count = plan.feature < 0 ? 1 : nest.sizes[plan.feature];
  Value features = inBlock(feature, plan.features, count);
  forEach(index(0), positions, [&](Value position) {
    if (outside)
      at[plan.tiled] = plus(outside, position);
    forEach(index(0), features,
            [&](Value lane) { emitResult(position, feature, lane, channel); });
  });
  if (outside)
    at[plan.tiled] = outside;
}

void BlockFixedWindows::emitResult(Value position, Value feature, Value lane,
                                   Value channel) {
  if (plan.feature >= 0)
    at[plan.feature] = plus(feature, lane);
  Value block = exponentOf(position);
  Value nonFinite = fixed.compare(arith::CmpIPredicate::slt, block, 0);
  scf::IfOp branch =
      rareBranch(b.getI32Type(), nonFinite, "block_fixed_non_finite_sum");
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(branch.thenBlock());
    scf::YieldOp::create(b, loc, nonFiniteSum(position, lane, channel));
    b.setInsertionPointToStart(branch.elseBlock());
    Value sum = sumAt(plus(times(position, plan.features), lane));
    scf::YieldOp::create(b, loc, finiteSum(block, sum, plus(channel, lane)));
  }
  storeThroughEpilogue(
      arith::BitcastOp::create(b, loc, b.getF32Type(), branch.getResult(0)));
}

/// The bits of the sum where the tile holds floats.
Value BlockFixedWindows::nonFiniteSum(Value position, Value lane,
                                      Value channel) {
  Value constants = nest.inputs[plan.weights].buffer.flat;
  Value weights = plus(times(channel, plan.depth), lane);
  Value zero = arith::ConstantOp::create(b, loc, b.getF32FloatAttr(0));
  Value sum =
      forEach(index(0), index(plan.depth), 1, 1, zero,
              [&](Value k, ValueRange carried) -> Values {
                Value bits = loadTile(plus(position, times(k, plan.positions)));
                auto branch = scf::IfOp::create(
                    b, loc, b.getF32Type(),
                    fixed.isNonFinite(fixed.magnitude(bits)), true);
                OpBuilder::InsertionGuard guard(b);
                b.setInsertionPointToStart(branch.thenBlock());
                Value weight = load(b.getI32Type(), constants,
                                    plus(weights, times(k, plan.features)));
                Value product = nonFiniteProduct(bits, weight);
                scf::YieldOp::create(
                    b, loc,
                    arith::AddFOp::create(b, loc, carried.front(), product)
                        .getResult());
                b.setInsertionPointToStart(branch.elseBlock());
                scf::YieldOp::create(b, loc, carried.front());
                return {branch.getResult(0)};
              })[0];
  return nonFiniteResult(sum);
}

void BlockFixedWindows::emit() {
  if (isCopied())
    tile = context.scratch(plan.depth * plan.positions, b.getI32Type());
  if (plan.positions > 1)
    exponents = context.local(plan.positions, b.getI32Type());
  if (plan.positions * plan.features > 1)
    sums = context.local(plan.positions * plan.features, b.getI64Type());
  emitLoops(plan.outer, [&] { emitTiles(); });
}

} // namespace dlc::loops
