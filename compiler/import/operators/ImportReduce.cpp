//===- ImportReduce.cpp - Reductions, softmax, ordering -------------------===//

#include "compiler/import/Importers.h"
#include "compiler/import/open/Choices.h"
#include "dialects/nn/search/NnSearchOps.h"
#include "llvm/ADT/Sequence.h"
#include "llvm/ADT/StringSwitch.h"

using namespace mlir;
using Kind = dlc::nn::ReduceKind;

namespace dlc::import {

namespace {
/// The axes to reduce where they are known: an attribute, an operand in newer
/// operator sets, all when absent. An empty list with noop_with_empty_axes
/// means none at all.
Ints reducedAxes(Node &n) {
  std::optional<Ints> given = n.axesFrom(1, "axes", n.rank());
  bool emptyIsNone = n.boolAttr("noop_with_empty_axes", false);
  if (given && !given->empty()) {
    llvm::sort(*given);
    return *given;
  }
  if (emptyIsNone)
    return {};
  return llvm::to_vector(llvm::seq<int64_t>(0, n.rank()));
}

/// The sets that axes which come when the network runs may be, where the
/// result has one shape.
std::optional<std::vector<Ints>> openReducedAxes(Node &n) {
  if (!n.has(1) || n.isConstant(1) || n.rank(1) > 1)
    return std::nullopt;
  n.ignore({"noop_with_empty_axes"}); // there are some
  bool keepdims = n.boolAttr("keepdims", true);
  return openAxisSets(n, n.rank(), Node::typeOf(n.in(1)).getNumElements(),
                      [&](ArrayRef<int64_t> axes) {
                        Ints shape;
                        for (auto [i, size] : llvm::enumerate(n.shape()))
                          if (!llvm::is_contained(axes, int64_t(i)))
                            shape.push_back(size);
                          else if (keepdims)
                            shape.push_back(1);
                        return shape;
                      });
}

/// log(sum(exp(x))), shifted by the maximum so that no exponential overflows;
/// by 0 where it is infinite, or inf - inf were NaN.
Value logSumExp(Node &n, Value x, ArrayRef<int64_t> axes, bool keepdims) {
  Value top = n.reduce(Kind::Max, x, axes);
  if (isa<FloatType>(Node::elementOf(top)))
    top = n.select(n.make<nn::IsInfOp>(top), n.scalarLike(top, 0), top);
  Value sum = n.reduce(Kind::Sum, n.unary<nn::ExpOp>(n.sub(x, top)), axes);
  Value result = n.add(n.unary<nn::LogOp>(sum), top);
  Ints shape;
  for (int64_t i = 0; i < n.rank(); ++i)
    if (keepdims || !llvm::is_contained(axes, i))
      shape.push_back(Node::shapeOf(result)[i]);
  return n.reshape(result, shape);
}
} // namespace

/// The node's result over known axes.
static Value reduceOver(Node &n, ArrayRef<int64_t> axes) {
  Value x = n.in();
  StringRef op = n.op();
  bool keepdims = n.boolAttr("keepdims", true);
  // Without axes the mapping of elements remains: ReduceSumSquare squares.
  auto reduce = [&](Kind kind, Value value) {
    return axes.empty() && n.rank() > 0 ? value
                                        : n.reduce(kind, value, axes, keepdims);
  };
  if (op == "ReduceSum")
    return reduce(Kind::Sum, x);
  if (op == "ReduceMean")
    return reduce(Kind::Mean, x);
  if (op == "ReduceMax" || op == "ReduceMin") {
    Kind kind = op == "ReduceMax" ? Kind::Max : Kind::Min;
    bool logical = n.element().isInteger(1); // since operator set 20
    Value number = logical ? n.cast(x, n.i32()) : x;
    return n.cast(reduce(kind, number), n.element());
  }
  if (op == "ReduceProd")
    return reduce(Kind::Prod, x);
  if (op == "ReduceL1")
    return reduce(Kind::Sum, n.unary<nn::AbsOp>(x));
  if (op == "ReduceL2")
    return n.unary<nn::SqrtOp>(reduce(Kind::Sum, n.mul(x, x)));
  if (op == "ReduceSumSquare")
    return reduce(Kind::Sum, n.mul(x, x));
  if (op == "ReduceLogSum")
    return n.unary<nn::LogOp>(reduce(Kind::Sum, x));
  // ReduceLogSumExp
  return axes.empty() ? x : logSumExp(n, x, axes, keepdims);
}

void importReduce(Node &n) {
  if (auto sets = openReducedAxes(n))
    return n.set(
        alongOpenAxes(n, 1, n.rank(), *sets, [&](ArrayRef<int64_t> axes) {
          return reduceOver(n, axes);
        }));
  n.set(reduceOver(n, reducedAxes(n)));
}

void importArgReduce(Node &n) {
  Kind kind = n.op() == "ArgMax" ? Kind::Max : Kind::Min;
  n.set(n.make<nn::ArgReduceOp>(
      n.in(), {n.attr("kind", nn::ReduceKindAttr::get(n.context(), kind)),
               n.attr("axis", n.axisAttr("axis", 0, n.rank())),
               n.attr("keepdims", n.boolAttr("keepdims", true)),
               n.attr("select_last", n.boolAttr("select_last_index", false))}));
}

//===----------------------------------------------------------------------===//
// Softmax and its relatives
//===----------------------------------------------------------------------===//

namespace {
/// Before operator set 13 the softmax family flattens its input to a matrix
/// at `axis` and works on the rows; since then it works along `axis`.
Value alongRows(Node &n, Value x, int64_t opset,
                llvm::function_ref<Value(Value, int64_t axis)> compute) {
  int64_t rank = Node::rankOf(x);
  if (opset >= 13)
    return compute(x, n.axisAttr("axis", -1, rank));
  int64_t axis = n.axisAttr("axis", 1, rank);
  ArrayRef<int64_t> shape = Node::shapeOf(x);
  bool oneDimension = llvm::all_of(shape.drop_front(axis + 1),
                                   [](int64_t d) { return d == 1; });
  if (oneDimension)
    return compute(x, axis);
  int64_t rows = 1, columns = 1;
  for (int64_t i = 0; i < rank; ++i)
    (i < axis ? rows : columns) *= shape[i];
  Value matrix = n.reshape(x, {rows, columns});
  return n.reshape(compute(matrix, 1), shape);
}
} // namespace

Value buildSoftmax(Node &n, Value x, int64_t opset) {
  return alongRows(n, x, opset, [&](Value rows, int64_t axis) -> Value {
    return n.make<nn::SoftmaxOp>(rows, n.attr("axis", axis));
  });
}

void importSoftmax(Node &n) { n.set(buildSoftmax(n, n.in(), n.opset())); }

void importLogSoftmax(Node &n) {
  n.set(alongRows(n, n.in(), n.opset(), [&](Value x, int64_t axis) {
    Value shifted = n.sub(x, n.reduce(Kind::Max, x, axis));
    Value sum = n.reduce(Kind::Sum, n.unary<nn::ExpOp>(shifted), axis);
    return n.sub(shifted, n.unary<nn::LogOp>(sum));
  }));
}

void importHardmax(Node &n) {
  n.set(alongRows(n, n.in(), n.opset(), [&](Value x, int64_t axis) {
    Value top = n.make<nn::ArgReduceOp>(
        x, {n.attr("kind", nn::ReduceKindAttr::get(n.context(), Kind::Max)),
            n.attr("axis", axis)});
    Value positions = n.alongAxis(n.iota(Node::shapeOf(x)[axis], n.i64()),
                                  Node::rankOf(x), axis);
    Value hot = n.compare(nn::ComparePredicate::EQ, top, positions);
    return n.cast(hot, Node::elementOf(x));
  }));
}

//===----------------------------------------------------------------------===//
// Along one axis
//===----------------------------------------------------------------------===//

/// Sums or products of the elements up to each, along an axis that may come
/// when the network runs.
template <typename OpT> static void importRunning(Node &n) {
  SmallVector<NamedAttribute> attributes{
      n.attr("exclusive", n.boolAttr("exclusive", false)),
      n.attr("reverse", n.boolAttr("reverse", false))};
  n.set(alongOpenAxis(
      n, 1, n.rank(), n.rank(), [&](int64_t) { return Ints(n.shape()); },
      [&](int64_t axis) -> Value {
        auto all = attributes;
        all.push_back(n.attr("axis", axis));
        return n.make<OpT>(n.in(), all);
      }));
}

void importCumSum(Node &n) { importRunning<nn::CumSumOp>(n); }

void importCumProd(Node &n) { importRunning<nn::CumProdOp>(n); }

/// As many as k says when the network runs, out of all.
static Value countOf(Node &n, int64_t most) {
  if (Node::typeOf(n.in(1)).getNumElements() != 1)
    n.requireShape(1, {1});
  Value k = n.clip(n.reshape(n.in(1), {}), 0, static_cast<double>(most));
  return n.cast(k, n.i32());
}

void importTopK(Node &n) {
  int64_t axis = n.axisAttr("axis", -1, n.rank());
  Range counts{0, n.shape()[axis]};
  bool isKnown = n.opset() < 10 || !n.has(1) || n.isConstant(1);
  int64_t k = n.opset() < 10 ? n.intAttr("k", 0, counts)
              : isKnown      ? n.constantInt(1, counts)
                             : counts.max;
  auto top = n.make<nn::TopKOp>(n.in(),
                                {n.attr("k", k), n.attr("axis", axis),
                                 n.attr("largest", n.boolAttr("largest", true)),
                                 n.attr("sorted", n.boolAttr("sorted", true))});
  n.set(0, top.getValues());
  n.set(1, top.getIndices());
  if (isKnown)
    return;
  Value count = countOf(n, counts.max);
  for (unsigned i = 0; i < 2; ++i)
    if (n.wants(i))
      n.setBound(i, axis, count);
}

} // namespace dlc::import
