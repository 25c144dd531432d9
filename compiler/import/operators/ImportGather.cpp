//===- ImportGather.cpp - Gathers and scatters ----------------------------===//

#include "compiler/import/Importers.h"
#include "compiler/import/checks/Indices.h"
#include "llvm/ADT/StringSwitch.h"

using namespace mlir;

namespace dlc::import {

void importGather(Node &n) {
  int64_t axis = n.axisAttr("axis", 0, n.rank());
  checkIndices(n, 1, axis);
  n.set(n.make<nn::GatherOp>({n.in(0), n.in(1)}, n.attr("axis", axis)));
}

void importGatherElements(Node &n) {
  int64_t axis = n.axisAttr("axis", 0, n.rank());
  checkIndexShape(n, 1, axis);
  checkIndices(n, 1, axis);
  n.set(n.make<nn::GatherElementsOp>({n.in(0), n.in(1)}, n.attr("axis", axis)));
}

void importGatherND(Node &n) {
  n.requireRank(0, rankAtLeast(1));
  n.requireRank(1, rankAtLeast(1));
  int64_t most = std::min(n.rank(0), n.rank(1)) - 1;
  int64_t batchDims = n.intAttr("batch_dims", 0, {0, most});
  if (n.shape(0).take_front(batchDims) != n.shape(1).take_front(batchDims))
    n.fail("the first " + Twine(batchDims) + " dimensions (batch_dims) of " +
           n.inputText(0) + " " + shapeText(n.shape(0)) + " and " +
           n.inputText(1) + " " + shapeText(n.shape(1)) + " differ");
  checkIndexTuples(n, 1, batchDims);
  n.set(n.make<nn::GatherNdOp>({n.in(0), n.in(1)},
                               n.attr("batch_dims", batchDims)));
}

namespace {
NamedAttribute reduction(Node &n) {
  using R = nn::ScatterReduction;
  R kind =
      llvm::StringSwitch<R>(n.choiceAttr("reduction", "none",
                                         {"none", "add", "mul", "max", "min"}))
          .Case("none", R::None)
          .Case("add", R::Add)
          .Case("mul", R::Mul)
          .Case("max", R::Max)
          .Case("min", R::Min);
  return n.attr("reduction", nn::ScatterReductionAttr::get(n.context(), kind));
}
} // namespace

void importScatterElements(Node &n) {
  int64_t axis = n.axisAttr("axis", 0, n.rank());
  checkIndexShape(n, 1, axis);
  checkIndices(n, 1, axis);
  n.requireShape(2, n.shape(1), " as input 'indices' has");
  n.set(n.make<nn::ScatterElementsOp>({n.in(0), n.in(1), n.in(2)},
                                      {n.attr("axis", axis), reduction(n)}));
}

void importScatterND(Node &n) {
  n.requireRank(0, rankAtLeast(1));
  checkIndexTuples(n, 1, 0);
  // A tuple picks what is left of the data's dimensions.
  Ints updates(n.shape(1).drop_back());
  llvm::append_range(updates, n.shape().drop_front(n.shape(1).back()));
  n.requireShape(2, updates, ", which data and indices give");
  n.set(n.make<nn::ScatterNdOp>({n.in(0), n.in(1), n.in(2)}, reduction(n)));
}

/// The cache with elements of the update in place of those from an index on, in
/// each batch its own; a circular cache goes on at its beginning.
void importTensorScatter(Node &n) {
  bool circular =
      n.choiceAttr("mode", "linear", {"linear", "circular"}) == "circular";
  n.requireRank(0, rankAtLeast(2));
  int64_t rank = n.rank(), axis = n.axisAttr("axis", -2, rank);
  if (axis == 0)
    n.fail("attribute 'axis' is the batch, dimension 0, but must be another");
  Ints expected(n.shape(0));
  if (n.rank(1) == rank)
    expected[axis] = n.shape(1)[axis];
  n.requireShape(1, expected, ", as the cache but for the axis");
  int64_t batch = n.shape()[0], size = n.shape()[axis],
          count = n.shape(1)[axis];
  if (count > size)
    n.fail("input 'update' has " + Twine(count) + " elements along axis " +
           Twine(axis) + ", but the cache has " + Twine(size));
  Value first = n.splat({batch, 1}, n.i64(), 0);
  if (n.has(2)) {
    n.requireShape(2, batch, ", one index for each batch");
    first = n.reshape(n.in(2), {batch, 1});
  }
  Value at = n.sub(n.iota(size, n.i64()), first); // [batch, size]
  Value zero = n.integers({0});
  if (circular) {
    at = n.make<nn::ModOp>({at, n.integers({size})}, n.attr("fmod", false));
  }
  Value inside = n.binary<nn::AndOp>(
      n.compare(nn::ComparePredicate::GE, at, zero),
      n.compare(nn::ComparePredicate::LT, at, n.integers({count})));
  at = n.reshape(n.select(inside, at, zero), {batch, size, 1});
  Value update = n.make<nn::GatherNdOp>({n.moveAxis(n.in(1), axis, 1), at},
                                        n.attr("batch_dims", 1));
  Ints along(rank, 1);
  along[0] = batch;
  along[axis] = size;
  n.set(
      n.select(n.reshape(inside, along), n.moveAxis(update, 1, axis), n.in(0)));
}

void importReverseSequence(Node &n) {
  int64_t batch = n.intAttr("batch_axis", 1, {0, 1});
  int64_t time = n.intAttr("time_axis", 0, {0, 1});
  if (batch == time)
    n.fail("attributes 'batch_axis' and 'time_axis' are both " + Twine(batch) +
           ", but one must be 0 and the other 1");
  n.requireRank(0, rankAtLeast(2));
  int64_t rank = n.rank();
  ArrayRef<int64_t> shape = n.shape();
  n.requireShape(1, shape[batch], ", one length for each batch");
  if (n.isConstant(1))
    n.constantInts(1, {0, shape[time]});
  // Position t of a sequence of length l comes from l - 1 - t, the rest stays.
  Value t = n.alongAxis(n.iota(shape[time], n.i64()), rank, time);
  Value length = n.alongAxis(n.in(1), rank, batch);
  Value inside = n.compare(nn::ComparePredicate::LT, t, length);
  Value mirrored = n.sub(n.sub(length, 1), t);
  Value from = n.broadcast(n.select(inside, mirrored, t), shape);
  n.set(n.make<nn::GatherElementsOp>({n.in(0), from}, n.attr("axis", time)));
}

} // namespace dlc::import
