//===- ImportGather.cpp - Gathers and scatters ----------------------------===//

#include "compiler/import/Importers.h"
#include "llvm/ADT/StringSwitch.h"

using namespace mlir;

namespace dlc::import {

/// Computed indices are kept inside when the network runs; a constant one that
/// is not inside is a mistake in the model.
static void checkIndices(Node &n, int64_t axis) {
  if (!n.isConstant(1))
    return;
  int64_t size = n.shape()[axis];
  for (int64_t index : n.constantInts(1))
    if (index < -size || index >= size)
      n.fail("index " + std::to_string(index) + " is outside dimension " +
             std::to_string(axis) + " of size " + std::to_string(size));
}

void importGather(Node &n) {
  int64_t axis = n.axis(n.intAttr("axis", 0), n.rank());
  checkIndices(n, axis);
  n.set(n.make<nn::GatherOp>({n.in(0), n.in(1)}, n.attr("axis", axis)));
}

void importGatherElements(Node &n) {
  int64_t axis = n.axis(n.intAttr("axis", 0), n.rank());
  checkIndices(n, axis);
  n.set(n.make<nn::GatherElementsOp>({n.in(0), n.in(1)}, n.attr("axis", axis)));
}

void importGatherND(Node &n) {
  n.set(n.make<nn::GatherNdOp>(
      {n.in(0), n.in(1)}, n.attr("batch_dims", n.intAttr("batch_dims", 0))));
}

namespace {
NamedAttribute reduction(Node &n) {
  using R = nn::ScatterReduction;
  std::string name = n.stringAttr("reduction", "none");
  auto kind = llvm::StringSwitch<std::optional<R>>(name)
                  .Case("none", R::None)
                  .Case("add", R::Add)
                  .Case("mul", R::Mul)
                  .Case("max", R::Max)
                  .Case("min", R::Min)
                  .Default(std::nullopt);
  if (!kind)
    n.fail("reduction '" + name + "' is unknown");
  return n.attr("reduction", nn::ScatterReductionAttr::get(n.context(), *kind));
}
} // namespace

void importScatterElements(Node &n) {
  int64_t axis = n.axis(n.intAttr("axis", 0), n.rank());
  n.set(n.make<nn::ScatterElementsOp>({n.in(0), n.in(1), n.in(2)},
                                      {n.attr("axis", axis), reduction(n)}));
}

void importScatterND(Node &n) {
  n.set(n.make<nn::ScatterNdOp>({n.in(0), n.in(1), n.in(2)}, reduction(n)));
}

void importCompress(Node &n) {
  // The size of the result depends on the condition, so it must be known.
  Ints condition = n.constantInts(1), chosen;
  for (auto [i, keep] : llvm::enumerate(condition))
    if (keep)
      chosen.push_back(i);
  Value x = n.in();
  int64_t axis = 0;
  if (n.hasAttr("axis"))
    axis = n.axis(n.intAttr("axis", 0), n.rank());
  else
    x = n.reshape(x, {Node::typeOf(x).getNumElements()});
  if (!chosen.empty() && chosen.back() >= Node::shapeOf(x)[axis])
    n.fail("the condition is longer than the axis");
  n.set(n.make<nn::GatherOp>({x, n.integers(chosen)}, n.attr("axis", axis)));
}

void importReverseSequence(Node &n) {
  int64_t batch = n.intAttr("batch_axis", 1), time = n.intAttr("time_axis", 0);
  int64_t rank = n.rank();
  if (rank < 2 || batch == time || batch < 0 || batch > 1 || time < 0 ||
      time > 1)
    n.fail("batch_axis and time_axis must be 0 and 1 or 1 and 0, and the rank "
           "at least 2");
  ArrayRef<int64_t> shape = n.shape();
  if (n.rank(1) != 1 || n.shape(1)[0] != shape[batch])
    n.fail("sequence_lens must have one entry for each batch");
  // Position t of a sequence of length l comes from l - 1 - t, the rest stays.
  Value t = n.alongAxis(n.iota(shape[time], n.i64()), rank, time);
  Value length = n.alongAxis(n.in(1), rank, batch);
  Value inside = n.compare(nn::ComparePredicate::LT, t, length);
  Value mirrored = n.sub(n.sub(length, 1), t);
  Value from = n.broadcast(n.select(inside, mirrored, t), shape);
  n.set(n.make<nn::GatherElementsOp>({n.in(0), from}, n.attr("axis", time)));
}

} // namespace dlc::import
