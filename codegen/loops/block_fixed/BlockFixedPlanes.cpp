//===- BlockFixedPlanes.cpp - Tiles of a channel's plane ------------------===//

#include "codegen/loops/block_fixed/BlockFixedPlanes.h"
#include <map>

using namespace mlir;

namespace dlc::loops {

namespace {
/// Marks of +infinity, -infinity and NaN. Integers are at most 2^30, high
/// halves at most 2^13 in the upper 16 bits.
constexpr int64_t kMark = INT32_MIN;
constexpr int64_t kMarks = 3;
constexpr int64_t kInfinity = 0x7f800000, kSign = 0x80000000;
} // namespace

void BlockFixedPlanesEmitter::emitTiles() {
  int64_t size = nest.sizes[planes.row.output];
  auto emit = [&](Value row) {
    rows = inBlock(row, planes.rows, size);
    // Padding lies at the same place for all channels.
    if (planes.row.guard || planes.column.guard)
      forEach(
          index(0), index(tileElements()),
          [&](Value i) { store(fixed.i32(0), tile, i); }, 1, 2);
    forEach(index(0), index(nest.sizes[planes.channel]), [&](Value channel) {
      at[planes.channel] = channel;
      emitTile(row);
    });
  };
  forEach(index(0), index(size), emit, planes.rows);
}

void BlockFixedPlanesEmitter::emitTile(Value firstRow) {
  at[planes.row.output] = firstRow;
  Value magnitude = gather(firstRow);
  Value nonFinite = fixed.isNonFinite(magnitude);
  Value exponent = convert(magnitude, nonFinite);
  forEach(index(0), rows, [&](Value row) {
    at[planes.row.output] = plus(firstRow, row);
    emitRow(row, exponent, nonFinite);
  });
}

/// Copies the floats that lie in the image; returns the largest magnitude.
Value BlockFixedPlanesEmitter::gather(Value firstRow) {
  const BlockFixedAxis &row = planes.row, &column = planes.column;
  // Rows that no output of this tile reads may hold anything.
  Value needed = index(planes.tileRows);
  if (nest.sizes[row.output] % planes.rows != 0)
    needed = plus(times(rows, row.outputStep),
                  index(planes.tileRows - planes.rows * row.outputStep));
  Value lower = index(0), upper = needed;
  if (row.guard) {
    Value first = plus(times(firstRow, row.outputStep),
                       index(row.guard->position.constant));
    lower = arith::MaxSIOp::create(
        b, loc, lower, arith::SubIOp::create(b, loc, index(0), first));
    upper = arith::MinSIOp::create(
        b, loc, upper,
        arith::SubIOp::create(b, loc, index(row.guard->size), first));
  }
  int64_t left = 0, right = planes.tileColumns;
  if (column.guard) {
    left = std::max<int64_t>(left, -column.guard->position.constant);
    right =
        std::min(right, column.guard->size - column.guard->position.constant);
  }
  const Access &image = nest.inputs[plan.image];
  Value start = startOf(image.address);
  auto gatherRow = [&](Value i, ValueRange carried) -> Values {
    Value source = plus(start, times(i, row.stride));
    Value target = times(i, planes.tileColumns);
    return forEach(index(left), index(right), 1, 2, carried.front(),
                   [&](Value j, ValueRange inner) -> Values {
                     Value value = load(image.buffer.element, image.buffer.flat,
                                        plus(source, times(j, column.stride)));
                     Value bits = arith::BitcastOp::create(
                         b, loc, b.getI32Type(), value);
                     store(bits, tile, plus(target, j));
                     return {arith::MaxUIOp::create(b, loc, inner.front(),
                                                    fixed.magnitude(bits))};
                   });
  };
  return forEach(lower, upper, 1, 1, fixed.i32(0), gatherRow)[0];
}

void BlockFixedPlanesEmitter::convertEach(llvm::function_ref<Value(Value)> fn) {
  auto one = [&](Value i) {
    store(fn(load(b.getI32Type(), tile, i)), tile, i);
  };
  forEach(index(0), index(tileElements()), one, 1, 2);
}

/// The largest magnitude of the tile that is neither infinite nor a NaN's.
Value BlockFixedPlanesEmitter::largestFinite() {
  return forEach(
      index(0), index(tileElements()), 1, 1, fixed.i32(0),
      [&](Value i, ValueRange carried) -> Values {
        Value magnitude = fixed.magnitude(load(b.getI32Type(), tile, i));
        Value finite = arith::SelectOp::create(
            b, loc, fixed.isNonFinite(magnitude), fixed.i32(0), magnitude);
        return {arith::MaxUIOp::create(b, loc, carried.front(), finite)};
      })[0];
}

Value BlockFixedPlanesEmitter::marked(Value bits) {
  Value number = arith::SelectOp::create(
      b, loc, fixed.compare(arith::CmpIPredicate::eq, bits, kInfinity),
      fixed.i32(kMark), fixed.i32(kMark + 2));
  return arith::SelectOp::create(
      b, loc, fixed.compare(arith::CmpIPredicate::eq, bits, kInfinity | kSign),
      fixed.i32(kMark + 1), number);
}

Value BlockFixedPlanesEmitter::unmarked(Value integer) {
  auto is = [&](int64_t mark) {
    return fixed.compare(arith::CmpIPredicate::eq, integer, mark);
  };
  Value negative = arith::SelectOp::create(b, loc, is(kMark + 1),
                                           fixed.i32(kInfinity | kSign),
                                           fixed.i32(0x7fc00000));
  return arith::SelectOp::create(b, loc, is(kMark), fixed.i32(kInfinity),
                                 negative);
}

/// Turns the tile into integers; returns their exponent.
Value BlockFixedPlanesEmitter::convert(Value magnitude, Value nonFinite) {
  scf::IfOp branch = rareBranch(b.getI32Type(), nonFinite, "block_fixed_marks");
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(branch.thenBlock());
  Value exponent = fixed.blockExponent(largestFinite());
  convertEach([&](Value bits) -> Value {
    return arith::SelectOp::create(b, loc,
                                   fixed.isNonFinite(fixed.magnitude(bits)),
                                   marked(bits), toInteger(bits, exponent));
  });
  scf::YieldOp::create(b, loc, exponent);
  b.setInsertionPointToStart(branch.elseBlock());
  exponent = fixed.blockExponent(magnitude);
  convertEach([&](Value bits) { return toInteger(bits, exponent); });
  scf::YieldOp::create(b, loc, exponent);
  return branch.getResult(0);
}

/// Computes a row of outputs, number `row` of the tile.
void BlockFixedPlanesEmitter::emitRow(Value row, Value exponent,
                                      Value nonFinite) {
  unsigned dim = planes.column.output;
  int64_t size = nest.sizes[dim];
  Value start = times(row, planes.row.outputStep * planes.tileColumns);
  auto emit = [&](Value column) {
    Value first = plus(start, times(column, planes.column.outputStep));
    keepSums(multiply(first));
    forEach(index(0), inBlock(column, plan.positions, size), [&](Value lane) {
      at[dim] = plus(column, lane);
      emitResult(plus(first, times(lane, planes.column.outputStep)), lane,
                 exponent, nonFinite);
    });
  };
  forEach(index(0), index(size), emit, plan.positions);
}

/// The sums of neighbouring windows, the first of which begins at `start`.
BlockFixedEmitter::Values BlockFixedPlanesEmitter::multiply(Value start) {
  Value constants = nest.inputs[plan.weights].buffer.flat;
  Value weights = times(groupIndex(), plan.depth);
  Values result(plan.positions, fixed.constant(b.getI64Type(), 0));
  BlockFixedArithmetic::LimbSum limbs{fixed.i32(0), fixed.i32(0)};
  std::map<int64_t, Value> loaded; // by offset in the tile
  int64_t k = 0;
  for (int64_t i = 0; i < taps(planes.row); ++i)
    for (int64_t j = 0; j < taps(planes.column); ++j, ++k) {
      Value weight = load(b.getI32Type(), constants, plus(weights, index(k)));
      for (int64_t p = 0; p < plan.positions; ++p) {
        int64_t offset = tileOffset(i, j) + p * planes.column.outputStep;
        Value &x = loaded[offset];
        if (!x)
          x = load(b.getI32Type(), tile, plus(start, index(offset)));
        if (plan.limbs)
          limbs = fixed.multiplyAdd(limbs, x, weight);
        else
          result[p] = fixed.multiplyAdd(result[p], x, weight);
      }
    }
  if (plan.limbs)
    result[0] = fixed.fold(result[0], limbs);
  return result;
}

void BlockFixedPlanesEmitter::emitResult(Value start, Value lane,
                                         Value exponent, Value nonFinite) {
  Value finite = finiteSum(exponent, sumAt(lane), groupIndex());
  scf::IfOp branch =
      rareBranch(b.getI32Type(), nonFinite, "block_fixed_marked_sum");
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(branch.thenBlock());
    scf::YieldOp::create(b, loc, sumOfMarked(start, finite));
    b.setInsertionPointToStart(branch.elseBlock());
    scf::YieldOp::create(b, loc, finite);
  }
  storeThroughEpilogue(
      arith::BitcastOp::create(b, loc, b.getF32Type(), branch.getResult(0)));
}

/// The bits of the sum of a window's infinities and NaNs times their weights;
/// `finite` where it has none.
Value BlockFixedPlanesEmitter::sumOfMarked(Value start, Value finite) {
  Value constants = nest.inputs[plan.weights].buffer.flat;
  Value weights = times(groupIndex(), plan.depth);
  auto sumRow = [&](Value i, ValueRange carried) -> Values {
    return forEach(
        index(0), index(taps(planes.column)), 1, 1, carried,
        [&](Value j, ValueRange inner) -> Values {
          Value offset =
              plus(times(i, tileOffset(1, 0)), times(j, tileOffset(0, 1)));
          Value integer = load(b.getI32Type(), tile, plus(start, offset));
          Value mark =
              fixed.compare(arith::CmpIPredicate::slt, integer, kMark + kMarks);
          auto branch = scf::IfOp::create(b, loc, b.getF32Type(), mark, true);
          OpBuilder::InsertionGuard guard(b);
          b.setInsertionPointToStart(branch.thenBlock());
          Value k = plus(times(i, taps(planes.column)), j);
          Value product = nonFiniteProduct(
              unmarked(integer),
              load(b.getI32Type(), constants, plus(weights, k)));
          scf::YieldOp::create(
              b, loc,
              arith::AddFOp::create(b, loc, inner.front(), product)
                  .getResult());
          b.setInsertionPointToStart(branch.elseBlock());
          scf::YieldOp::create(b, loc, inner.front());
          return {branch.getResult(0)};
        });
  };
  Value zero = arith::ConstantOp::create(b, loc, b.getF32FloatAttr(0));
  Value sum = forEach(index(0), index(taps(planes.row)), 1, 1, zero, sumRow)[0];
  Value bits = arith::BitcastOp::create(b, loc, b.getI32Type(), sum);
  // Without a mark it stays zero; with one it is an infinity or a NaN.
  return arith::SelectOp::create(
      b, loc, fixed.compare(arith::CmpIPredicate::eq, bits, 0), finite,
      nonFiniteResult(sum));
}

void BlockFixedPlanesEmitter::emit() {
  // Windows beyond the last column are computed, never stored.
  int64_t beyond = (plan.positions - 1) * planes.column.outputStep;
  tile = context.scratch(tileElements() + beyond, b.getI32Type());
  if (plan.positions > 1)
    sums = context.local(plan.positions, b.getI64Type());
  // The loops over rows, channels and columns come last, in this order.
  SmallVector<unsigned> outer(plan.outer);
  llvm::erase_if(outer, [&](unsigned d) {
    return d == planes.channel || d == planes.row.output ||
           d == planes.column.output;
  });
  emitLoops(outer, [&] { emitTiles(); });
}

} // namespace dlc::loops
