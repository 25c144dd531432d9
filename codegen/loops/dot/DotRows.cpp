//===- DotRows.cpp - Sums by products of matrices -------------------------===//
//
// An instruction multiplies a group of each of two positions by a group of each
// of two features. The four sums of a vector of features, of two positions, are
// in two vectors, which stand where those of the positions stand elsewhere:
// that of the first two features, and that of the others. A position without a
// neighbour has both, with lanes that nothing reads.
//
//===----------------------------------------------------------------------===//

#include "codegen/loops/dot/DotEmitter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace dlc::loops {

/// What the sums in a position's place begin with.
Value DotEmitter::startOfRows(int64_t position, Value start) {
  SmallVector<int64_t> lanes;
  if (position % 2 == 0)
    lanes.append({0, 1, 0, 1});
  if (position % 2 != 0 || position + 1 == positions)
    lanes.append({2, 3, 2, 3});
  return vector::ShuffleOp::create(b, loc, start, start, lanes);
}

DotEmitter::Values DotEmitter::multiplyRows(size_t number, const Group &group,
                                            Values sums) {
  Values weights = loadWeights(group);
  size_t pieces = block->pieces.size();
  auto halfOf = [&](Value vector, int64_t half, int64_t size) -> Value {
    return vector::ExtractStridedSliceOp::create(b, loc, vector, half * size,
                                                 size, 1);
  };
  for (int64_t position = 0; position < positions; position += 2) {
    Value data = rowsOf(number, group, position);
    for (size_t i = 0; i < pieces; ++i) {
      auto add = [&](Value sum, int64_t half) {
        constexpr int64_t kElements = 16;
        return plan.form->multiply(b, loc, sum, data,
                                   halfOf(weights[i], half, kElements));
      };
      Value &first = sums[position * pieces + i];
      if (position + 1 < positions) {
        Value &second = sums[(position + 1) * pieces + i];
        first = add(first, 0);
        second = add(second, 1);
        continue;
      }
      constexpr int64_t kSums = 4;
      Value low = add(halfOf(first, 0, kSums), 0);
      Value high = add(halfOf(first, 1, kSums), 1);
      first = vector::ShuffleOp::create(
          b, loc, low, high, llvm::to_vector(llvm::seq<int64_t>(0, 2 * kSums)));
    }
  }
  return sums;
}

/// The sums of each position.
DotEmitter::Values DotEmitter::separateRows(Values sums) {
  size_t pieces = block->pieces.size();
  for (int64_t position = 0; position < positions; position += 2)
    for (size_t i = 0; i < pieces; ++i) {
      Value &first = sums[position * pieces + i];
      if (position + 1 == positions) {
        first = vector::ShuffleOp::create(b, loc, first, first,
                                          ArrayRef<int64_t>{0, 1, 4, 5});
        continue;
      }
      Value &second = sums[(position + 1) * pieces + i];
      Value both[] = {first, second};
      first = vector::ShuffleOp::create(b, loc, both[0], both[1],
                                        ArrayRef<int64_t>{0, 1, 4, 5});
      second = vector::ShuffleOp::create(b, loc, both[0], both[1],
                                         ArrayRef<int64_t>{2, 3, 6, 7});
    }
  return sums;
}

/// A group of a position and of the next one, if there is one.
Value DotEmitter::rowsOf(size_t number, const Group &group, int64_t position) {
  const LoadedGroup &from = loads[number];
  Value x = loadRow(from, group, position);
  Value y = position + 1 < positions ? loadRow(from, group, position + 1) : x;
  Value both = vector::ShuffleOp::create(
      b, loc, x, y, ArrayRef<int64_t>{from.lane, from.lanes + from.lane});
  if (int64_t missing = from.lanes > 1 ? 0 : missingOf(group)) {
    auto type = cast<VectorType>(both.getType());
    auto bits =
        DenseElementsAttr::get(type, ArrayRef<Attribute>(b.getI64IntegerAttr(
                                         int64_t(plan.form->bits) * missing)));
    both = arith::ShRUIOp::create(b, loc, both,
                                  arith::ConstantOp::create(b, loc, bits));
  }
  return flipped(asElements(both));
}

/// The vector of a position that holds a group.
Value DotEmitter::loadRow(const LoadedGroup &from, const Group &group,
                          int64_t position) {
  Group first = from.first;
  if (from.lanes == 1)
    first.element -= missingOf(group);
  Value &vector = lanesLoaded[{position, first.row, first.element}];
  if (!vector)
    vector = loadData(position, first, from.lanes);
  return vector;
}

} // namespace dlc::loops
