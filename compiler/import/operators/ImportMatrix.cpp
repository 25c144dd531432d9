//===- ImportMatrix.cpp - Determinants, bits, n-grams ---------------------===//

#include "compiler/import/Importers.h"
#include "compiler/import/LoopBuilder.h"
#include "compiler/import/model/TensorConstant.h"
#include "dialects/nn/search/NnSearchOps.h"

using namespace mlir;

namespace dlc::import {

void importBitCast(Node &n) {
  Type to = n.typeAttr("to", nullptr), from = n.element();
  auto bits = [](Type type) { return type.getIntOrFloatBitWidth(); };
  // A truth value is a byte of 0 or 1.
  auto isByte = [&](Type type) { return bits(type) == 8; };
  if ((from.isInteger(1) && isByte(to)) || (isByte(from) && to.isInteger(1)))
    return n.set(n.cast(n.in(), to));
  if (bits(from) != bits(to) || (bits(from) < 8 && from != to))
    n.fail("attribute 'to' asks for " + dataTypeName(dataTypeOf(to)) +
           ", which has not as many bits as " + dataTypeName(dataTypeOf(from)));
  if (from == to)
    return n.set(n.in());
  n.set(n.makeAs<nn::BitCastOp>(RankedTensorType::get(n.shape(), to), n.in()));
}

//===----------------------------------------------------------------------===//
// Determinants
//===----------------------------------------------------------------------===//

namespace {
/// Gauss's elimination with the largest pivot of each column, a step of a loop
/// for each column.
class Determinant {
public:
  Determinant(Node &n, Value matrices, int64_t batch, int64_t size)
      : n(n), matrices(matrices), batch(batch), size(size) {}

  Value run() {
    LoopBuilder loop(n, size, {{n.iota(size, n.i64()), false}},
                     {matrices, n.splat({batch, 1, 1}, element(), 1)});
    step(loop.element(0), loop.carried(0), loop.carried(1));
    return loop.finish({matrices, product}, {})[1];
  }

private:
  Type element() { return Node::elementOf(matrices); }
  Value take(Value x, Value at, int64_t axis) {
    return n.make<nn::GatherOp>({x, at}, n.attr("axis", axis));
  }
  Value columnOf(Value x, Value k) {
    return n.reshape(take(x, k, 2), {batch, size, 1});
  }

  /// With column `k` zeros below the diagonal; the pivot goes into the product.
  void step(Value k, Value rest, Value before) {
    using P = nn::ComparePredicate;
    Value rows = n.reshape(n.iota(size, n.i64()), {1, size, 1});
    Value candidates = n.select(n.compare(P::GE, rows, k),
                                n.unary<nn::AbsOp>(columnOf(rest, k)),
                                n.scalar(element(), -1));
    Value chosen = n.make<nn::ArgReduceOp>(
        candidates, {n.attr("kind", nn::ReduceKindAttr::get(
                                        n.context(), nn::ReduceKind::Max)),
                     n.attr("axis", 1)}); // [batch, 1, 1]
    Value pivotRow = n.make<nn::GatherElementsOp>(
        {rest, n.broadcast(chosen, {batch, 1, size})}, n.attr("axis", 1));
    Value rowK = n.reshape(take(rest, k, 1), {batch, 1, size});
    Value pivot = n.reshape(take(pivotRow, k, 2), {batch, 1, 1});
    Value swapped = n.select(n.compare(P::EQ, rows, chosen), rowK, rest);
    Value zero = n.scalar(element(), 0), one = n.scalar(element(), 1);
    Value isZero = n.compare(P::EQ, pivot, zero);
    Value factors = n.div(columnOf(swapped, k), n.select(isZero, one, pivot));
    factors = n.select(n.compare(P::GT, rows, k), factors, zero);
    matrices = n.sub(swapped, n.mul(factors, pivotRow));
    Value sign =
        n.select(n.compare(P::EQ, chosen, k), one, n.scalar(element(), -1));
    product = n.mul(before, n.mul(pivot, sign));
  }

  Node &n;
  Value matrices, product;
  int64_t batch, size;
};
} // namespace

void importDet(Node &n) {
  n.requireRank(0, rankAtLeast(2));
  ArrayRef<int64_t> shape = n.shape(), outer = shape.drop_back(2);
  int64_t size = shape.back();
  if (shape[shape.size() - 2] != size)
    n.fail("input 'X' has matrices of " + Twine(shape[shape.size() - 2]) +
           " x " + Twine(size) + " elements, but they must be square");
  int64_t batch = Node::typeOf(n.in()).getNumElements() / (size * size);
  Value x = n.reshape(n.in(), {batch, size, size});
  auto at = [&](int64_t i, int64_t j) {
    return n.slice(x, {0, i, j}, {batch, 1, 1});
  };
  Value result;
  if (size == 1)
    result = x;
  else if (size == 2)
    result = n.sub(n.mul(at(0, 0), at(1, 1)), n.mul(at(0, 1), at(1, 0)));
  else
    result = Determinant(n, x, batch, size).run();
  n.set(n.reshape(result, outer));
}

//===----------------------------------------------------------------------===//
// N-grams
//===----------------------------------------------------------------------===//

namespace {
/// Counts how often each n-gram of a pool is in rows of numbers, with up to so
/// many of them left out between its elements.
class NGrams {
public:
  explicit NGrams(Node &n) : n(n) {
    n.requireRank(0, {1, 2});
    if (n.hasAttr("pool_strings"))
      n.fail("attribute 'pool_strings' asks for n-grams of strings, which a "
             "network does not compute on; give it numbers (pool_int64s)");
    shortest = n.intAttr("min_gram_length", 1, kSize);
    longest = n.intAttr("max_gram_length", 1, {shortest, kMaxSize});
    skips = n.intAttr("max_skip_count", 0, kSizeOrZero);
    mode = n.choiceAttr("mode", "TF", {"TF", "IDF", "TFIDF"});
    pool = n.intsAttr("pool_int64s", kAnyInteger);
    starts = n.intsAttr("ngram_counts", {0, static_cast<int64_t>(pool.size())});
    columns = n.intsAttr("ngram_indexes", kSizeOrZero);
    for (double weight : n.floatsAttr("weights"))
      weights.push_back(weight);
    rows = n.rank() == 1 ? 1 : n.shape()[0];
    length = n.shape().back();
    x = n.reshape(n.cast(n.in(), n.i64()), {rows, 1, length});
  }

  void run() {
    SmallVector<Value> counts;
    int64_t grams = 0;
    for (size_t i = 0; i < starts.size(); ++i) {
      int64_t size = static_cast<int64_t>(i) + 1, begin = starts[i];
      int64_t end = i + 1 < starts.size() ? starts[i + 1]
                                          : static_cast<int64_t>(pool.size());
      if (end < begin || (end - begin) % size != 0)
        n.fail("attribute 'ngram_counts' puts " + Twine(end - begin) +
               " numbers of the pool into n-grams of " + Twine(size));
      int64_t count = (end - begin) / size;
      grams += count;
      if (count > 0)
        counts.push_back(
            countsOf(ArrayRef(pool).slice(begin, end - begin), size, count));
    }
    if (grams == 0 || grams != static_cast<int64_t>(columns.size()) ||
        (!weights.empty() && weights.size() != columns.size()))
      n.fail("attributes 'ngram_indexes' and 'weights' have " +
             Twine(columns.size()) + " and " + Twine(weights.size()) +
             " entries, but must have one for each of the pool's " +
             Twine(grams) + " n-grams");
    Value result = inColumns(weighted(n.concat(counts, 1)));
    if (n.rank() == 1)
      result = n.reshape(result, Node::shapeOf(result).back());
    n.set(result);
  }

private:
  /// [rows, count]: how often each n-gram of `size` occurs.
  Value countsOf(ArrayRef<int64_t> grams, int64_t size, int64_t count) {
    Value sum = n.splat({rows, count}, n.f32(), 0);
    if (size < shortest || size > longest)
      return sum;
    // Nothing lies between the elements of one.
    int64_t most = size == 1 ? 0 : skips;
    for (int64_t skip = 0; skip <= most; ++skip) {
      int64_t windows = length - (size - 1) * (skip + 1);
      if (windows < 1)
        break;
      Value equal;
      for (int64_t i = 0; i < size; ++i) {
        Ints numbers;
        for (int64_t gram = 0; gram < count; ++gram)
          numbers.push_back(grams[gram * size + i]);
        Value here =
            n.compare(nn::ComparePredicate::EQ,
                      n.slice(x, {0, 0, i * (skip + 1)}, {rows, 1, windows}),
                      n.reshape(n.integers(numbers), {1, count, 1}));
        equal = equal ? n.binary<nn::AndOp>(equal, here) : here;
      }
      sum = n.add(sum, n.reduce(nn::ReduceKind::Sum, n.cast(equal, n.f32()), 2,
                                /*keepdims=*/false));
    }
    return sum;
  }

  Value weighted(Value counts) {
    if (mode == "TF")
      return counts;
    if (mode == "IDF")
      counts = n.cast(
          n.compare(nn::ComparePredicate::GT, counts, n.scalar(n.f32(), 0)),
          n.f32());
    if (weights.empty())
      return counts;
    return n.mul(
        counts,
        n.numbers(weights, {static_cast<int64_t>(weights.size())}, n.f32()));
  }

  /// Each n-gram's number in the column that it has; zeros in others.
  Value inColumns(Value counts) {
    int64_t grams = columns.size();
    int64_t width = *llvm::max_element(columns) + 1;
    tensorType(n.loc(), "the result", {rows, width}, n.f32());
    n.require(width, kSize, "the largest entry of attribute 'ngram_indexes'");
    Ints from(width, grams);
    for (auto [gram, column] : llvm::enumerate(columns)) {
      if (from[column] != grams)
        n.fail("attribute 'ngram_indexes' names column " + Twine(column) +
               " twice, which is not supported");
      from[column] = gram;
    }
    Value padded = n.concat({counts, n.splat({rows, 1}, n.f32(), 0)}, 1);
    return n.make<nn::GatherOp>({padded, n.integers(from)}, n.attr("axis", 1));
  }

  Node &n;
  Value x;
  std::string mode;
  Ints pool, starts, columns;
  SmallVector<double> weights;
  int64_t shortest, longest, skips, rows, length;
};
} // namespace

void importTfIdfVectorizer(Node &n) { NGrams(n).run(); }

} // namespace dlc::import
