//===- ImportSearch.cpp - Results of a size that the network computes -----===//

#include "compiler/import/Importers.h"
#include "compiler/import/LoopBuilder.h"
#include "dialects/nn/search/NnSearchOps.h"

using namespace mlir;

namespace dlc::import {

namespace {
/// The positions of the true elements of a vector, one behind the other, and
/// their number.
nn::PositionsOp positionsIn(Node &n, Value mask) {
  return n.make<nn::PositionsOp>(mask);
}

Value zerosLike(Node &n, Value vector, Type element) {
  return n.splat(Node::shapeOf(vector), element, 0);
}
} // namespace

//===----------------------------------------------------------------------===//
// Where elements are true
//===----------------------------------------------------------------------===//

void importCompress(Node &n) {
  n.requireRank(1, {1, 1});
  Value x = n.in();
  int64_t axis = 0;
  if (n.hasAttr("axis"))
    axis = n.axisAttr("axis", 0, n.rank());
  else
    x = n.reshape(x, {Node::typeOf(x).getNumElements()});
  int64_t size = Node::shapeOf(x)[axis];
  if (n.isConstant(1)) {
    Ints condition = n.constantInts(1, {0, 1}), chosen;
    for (auto [i, keep] : llvm::enumerate(condition))
      if (keep)
        chosen.push_back(i);
    if (!chosen.empty() && chosen.back() >= size)
      n.fail("input 'condition' chooses position " + Twine(chosen.back()) +
             ", but there are " + Twine(size));
    return n.set(
        n.make<nn::GatherOp>({x, n.integers(chosen)}, n.attr("axis", axis)));
  }
  if (n.shape(1)[0] > size)
    n.fail("input 'condition' has " + Twine(n.shape(1)[0]) +
           " elements, but there are " + Twine(size) + " to choose from");
  nn::PositionsOp found = positionsIn(n, n.in(1));
  n.set(n.make<nn::GatherOp>({x, found.getPositions()}, n.attr("axis", axis)));
  n.setBound(0, axis, found.getCount());
}

namespace {
/// Of a known tensor.
void setKnownNonZero(Node &n) {
  Ints values;
  if (isa<FloatType>(n.element()))
    for (double value : n.constantFloats(0))
      values.push_back(value != 0);
  else
    values = n.constantInts(0, kAnyInteger);
  std::vector<Ints> positions(n.rank());
  for (auto [i, value] : llvm::enumerate(values)) {
    if (value == 0)
      continue;
    int64_t rest = i;
    for (int64_t d = n.rank(); d-- > 0;) {
      positions[d].push_back(rest % n.shape()[d]);
      rest /= n.shape()[d];
    }
  }
  Ints all;
  for (const Ints &row : positions)
    llvm::append_range(all, row);
  int64_t count = positions.empty() ? 0 : positions[0].size();
  n.set(n.reshape(n.integers(all), {n.rank(), count}));
}
} // namespace

void importNonZero(Node &n) {
  if (n.isConstant(0))
    return setKnownNonZero(n);
  n.requireRank(0, rankAtLeast(1));
  Value x = n.in();
  if (!n.element().isInteger(1))
    x = n.unary<nn::NotOp>(
        n.compare(nn::ComparePredicate::EQ, x, n.scalarLike(x, 0)));
  int64_t size = Node::typeOf(x).getNumElements();
  nn::PositionsOp found = positionsIn(n, n.reshape(x, {size}));
  // A position is that of the last dimension and of those before it.
  SmallVector<Value> rows;
  Value rest = found.getPositions();
  for (int64_t d = n.rank(); d-- > 0;) {
    Value along = rest, length = n.scalar(n.i32(), double(n.shape()[d]));
    if (d > 0) {
      along = n.make<nn::ModOp>({rest, length}, n.attr("fmod", true));
      rest = n.div(rest, length);
    }
    rows.insert(rows.begin(), n.reshape(n.cast(along, n.i64()), {1, size}));
  }
  n.set(n.concat(rows, 0));
  n.setBound(0, 1, found.getCount());
}

//===----------------------------------------------------------------------===//
// Boxes
//===----------------------------------------------------------------------===//

void importNonMaxSuppression(Node &n) {
  bool center = n.intAttr("center_point_box", 0, {0, 1}) != 0;
  n.requireRank(0, {3, 3}, ": batch, boxes, corners");
  n.requireRank(1, {3, 3}, ": batch, classes, boxes");
  int64_t batch = n.shape()[0], boxes = n.shape()[1], classes = n.shape(1)[1];
  n.requireShape(0, {batch, boxes, 4});
  n.requireShape(1, {batch, classes, boxes}, ", as the boxes have");
  // What the network is given as it runs, for a number in its place.
  SmallVector<Value> operands{n.in(0), n.in(1), Value(), Value(), Value()};
  auto isGiven = [&](unsigned i) {
    if (!n.has(i) || n.isConstant(i))
      return false;
    if (Node::typeOf(n.in(i)).getNumElements() != 1)
      n.fail(n.inputText(i) + " has " +
             Twine(Node::typeOf(n.in(i)).getNumElements()) +
             " elements, but must have one");
    operands[i] = n.in(i);
    return true;
  };
  int64_t most = 0;
  if (isGiven(2))
    most = boxes;
  else if (n.has(2))
    most = n.constantInt(2, {0, kAnyInteger.max});
  if (most == 0)
    n.fail("input 'max_output_boxes_per_class' is 0 or left out, so that no "
           "box is ever selected; give the most boxes of a class that there "
           "may be");
  double iou = n.has(3) && !isGiven(3) ? n.constantFloat(3) : 0;
  if (!(iou >= 0 && iou <= 1))
    n.fail("input 'iou_threshold' is " + textOf(iou) +
           ", but must be between 0 and 1");
  SmallVector<NamedAttribute> attributes{n.attr("most", std::min(most, boxes)),
                                         n.attr("iou", iou),
                                         n.attr("center", center)};
  if (n.has(4) && !isGiven(4))
    attributes.push_back(n.attr("score", n.constantFloat(4)));
  attributes.push_back(n.segments(operands));
  llvm::erase(operands, Value());
  auto suppress = n.make<nn::SuppressOp>(operands, attributes);
  n.set(suppress.getSelected());
  n.setBound(0, 0, suppress.getCount());
}

//===----------------------------------------------------------------------===//
// Unique
//===----------------------------------------------------------------------===//

namespace {
/// Equal elements become one. They are sorted, so that equal ones stand
/// together, of which the first is that with the smallest position.
class UniqueImporter {
public:
  explicit UniqueImporter(Node &n) : n(n) {}

  void run() {
    bool sorted = n.boolAttr("sorted", true);
    x = n.in();
    if (n.hasAttr("axis")) {
      axis = n.axisAttr("axis", 0, n.rank());
    } else {
      axis = 0;
      x = n.reshape(x, {Node::typeOf(x).getNumElements()});
    }
    size = Node::shapeOf(x)[axis];
    if (size == 0)
      n.fail("input 'X' has no elements; a network cannot compute on empty "
             "tensors");
    findRuns();
    if (!sorted)
      sortByPosition();
    setResults();
  }

private:
  Value lessFirst(Value keys) {
    auto top = n.make<nn::TopKOp>(
        keys, {n.attr("k", size), n.attr("axis", 0), n.attr("largest", false)});
    return n.cast(top.getIndices(), n.i32());
  }
  Value take(Value from, Value positions, int64_t along = 0) {
    return n.make<nn::GatherOp>({from, positions}, n.attr("axis", along));
  }
  Value scatter(Value positions, Value updates) {
    auto none =
        nn::ScatterReductionAttr::get(n.context(), nn::ScatterReduction::None);
    return n.make<nn::ScatterElementsOp>(
        {zerosLike(n, updates, Node::elementOf(updates)), positions, updates},
        {n.attr("axis", 0), n.attr("reduction", none)});
  }

  /// What is compared, [size, columns].
  Value rowsOf() {
    Value rows = n.moveAxis(x, axis, 0);
    if (n.element().isInteger(1))
      rows =
          n.cast(rows, IntegerType::get(n.context(), 8, IntegerType::Unsigned));
    int64_t columns = Node::typeOf(rows).getNumElements() / size;
    return n.reshape(rows, {size, columns});
  }

  /// Positions in the order of their rows: sorted by the last column first, and
  /// then by those before it, each of which leaves the order of equal ones.
  Value sortRows(Value rows) {
    int64_t columns = Node::shapeOf(rows)[1];
    if (columns == 1)
      return lessFirst(n.reshape(rows, {size}));
    LoopBuilder loop(n, columns, {{n.transpose(rows, {1, 0}), true}},
                     {n.iota(size, n.i32())});
    Value order = loop.carried(0);
    Value next = take(order, lessFirst(take(loop.element(0), order)));
    return loop.finish({next}, {}).front();
  }

  void findRuns() {
    Value rows = rowsOf();
    order = sortRows(rows);
    Value begins = n.splat({1}, n.i1(), 1);
    if (size > 1) {
      Value inOrder = take(rows, order);
      int64_t columns = Node::shapeOf(rows)[1];
      Value before = n.slice(inOrder, {0, 0}, {size - 1, columns});
      Value after = n.slice(inOrder, {1, 0}, {size - 1, columns});
      Value equal =
          n.cast(n.compare(nn::ComparePredicate::EQ, before, after), n.i32());
      Value differs =
          n.compare(nn::ComparePredicate::EQ,
                    n.reduce(nn::ReduceKind::Min, equal, 1, /*keepdims=*/false),
                    n.scalar(n.i32(), 0));
      begins = n.concat({begins, differs}, 0);
    }
    auto found = positionsIn(n, begins);
    runs = found.getPositions();
    count = found.getCount();
    firsts = take(order, runs);
    // The number of the run that a position in the order belongs to.
    Value number = n.sub(
        n.make<nn::CumSumOp>(n.cast(begins, n.i32()), n.attr("axis", 0)), 1.0);
    runOf = scatter(order, number);
    // Up to where the next run begins, or the end.
    Value following = n.splat({1}, n.i32(), double(size));
    if (size > 1)
      following = n.concat({n.slice(runs, {1}, {size - 1}), following}, 0);
    Value isLast = n.compare(nn::ComparePredicate::GE, n.iota(size, n.i32()),
                             n.sub(count, 1.0));
    Value end = n.select(isLast, n.scalar(n.i32(), double(size)), following);
    lengths = n.sub(end, runs);
  }

  /// Runs in the order of their first elements.
  void sortByPosition() {
    Value numbers = n.iota(size, n.i32());
    Value isRun = n.compare(nn::ComparePredicate::LT, numbers, count);
    Value perm =
        lessFirst(n.select(isRun, firsts, n.scalar(n.i32(), double(size))));
    firsts = take(firsts, perm);
    lengths = take(lengths, perm);
    runOf = take(scatter(perm, numbers), runOf);
  }

  void setResults() {
    n.set(0, take(x, firsts, axis));
    n.setBound(0, axis, count);
    if (n.wants(1)) {
      n.set(1, n.cast(firsts, n.i64()));
      n.setBound(1, 0, count);
    }
    if (n.wants(2))
      n.set(2, n.cast(runOf, n.i64()));
    if (n.wants(3)) {
      n.set(3, n.cast(lengths, n.i64()));
      n.setBound(3, 0, count);
    }
  }

  Node &n;
  Value x, order, runs, count, firsts, lengths, runOf;
  int64_t axis = 0, size = 0;
};
} // namespace

void importUnique(Node &n) { UniqueImporter(n).run(); }

} // namespace dlc::import
