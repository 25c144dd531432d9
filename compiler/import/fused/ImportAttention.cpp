//===- ImportAttention.cpp - Attention of com.microsoft -------------------===//
//
// Queries, keys and values are [B, N, S, D] here: batch, heads, positions and
// the elements of a head. What onnxruntime adds to masked scores is -10000, or
// mask_filter_value; what comes later in a sequence gets the lowest number.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/fused/Fused.h"
#include "llvm/ADT/APFloat.h"
#include <cmath>

using namespace mlir;
using Predicate = dlc::nn::ComparePredicate;

namespace dlc::import {

namespace {
struct Heads {
  Value query, key, value;
  int64_t past = 0; // positions before those of the queries
};

/// [B, S, N * D] as [B, N, S, D].
Value split(Node &n, Value x, int64_t heads) {
  ArrayRef<int64_t> s = Node::shapeOf(x);
  Value parts = n.reshape(x, {s[0], s[1], heads, s[2] / heads});
  return n.transpose(parts, {0, 2, 1, 3});
}

/// The keys or values of the past, [B, N, P, D], before these.
Value behind(Node &n, Value past, Value x) {
  Ints expected(Node::shapeOf(x));
  ArrayRef<int64_t> shape = Node::shapeOf(past);
  if (shape.size() == 4)
    expected[2] = shape[2];
  if (shape != ArrayRef<int64_t>(expected))
    n.fail("the past has the shape " + shapeText(shape) +
           ", which does not fit keys or values of shape " +
           shapeText(Node::shapeOf(x)));
  return n.concat({past, x}, 2);
}

double lowestOf(Type element) {
  return APFloat::getLargest(mlir::cast<FloatType>(element).getFloatSemantics(),
                             /*Negative=*/true)
      .convertToDouble();
}

/// The mask in operand `operand` as what is added to scores [B, N, S, T].
Value paddingBias(Node &n, unsigned operand, int64_t batch, int64_t queries,
                  int64_t keys, Type element) {
  ArrayRef<int64_t> shape = n.shape(operand);
  Value keep, mask = n.in(operand);
  Type number = n.element(operand);
  if (shape == ArrayRef<int64_t>{batch}) {
    keep = n.compare(Predicate::LT, n.iota(keys, number),
                     n.reshape(mask, {batch, 1, 1, 1}));
  } else if (shape == ArrayRef<int64_t>{batch, keys}) {
    keep = n.compare(Predicate::GT, n.reshape(mask, {batch, 1, 1, keys}),
                     n.scalar(number, 0));
  } else if (shape == ArrayRef<int64_t>{batch, queries, keys}) {
    keep = n.compare(Predicate::GT, n.reshape(mask, {batch, 1, queries, keys}),
                     n.scalar(number, 0));
  } else {
    n.fail(n.inputText(operand) + " has the shape " + shapeText(shape) +
           ", but must have " + shapeText({batch}) + " (lengths), " +
           shapeText({batch, keys}) + " or " +
           shapeText({batch, queries, keys}));
  }
  return n.select(keep, n.scalar(element, 0),
                  n.scalar(element, n.floatAttr("mask_filter_value", -10000)));
}

/// softmax(query * key^T * scale + mask + bias) * value, as [B, S, N * D].
Value attend(Node &n, const Heads &heads, unsigned mask, unsigned bias) {
  ArrayRef<int64_t> q = Node::shapeOf(heads.query),
                    k = Node::shapeOf(heads.key),
                    v = Node::shapeOf(heads.value);
  Type element = Node::elementOf(heads.query);
  int64_t batch = q[0], queries = q[2], keys = k[2];
  double scale = n.floatAttr("scale", 0);
  if (scale == 0)
    scale = 1 / std::sqrt(static_cast<double>(q[3]));
  Value scores = n.matmul(heads.query, n.transpose(heads.key, {0, 1, 3, 2}));
  scores = n.mul(scores, scale);
  Value added;
  if (n.has(mask))
    added = paddingBias(n, mask, batch, queries, keys, element);
  n.floatAttr("mask_filter_value", -10000);
  if (n.boolAttr("unidirectional", false)) {
    Value key = n.iota(keys, n.i32());
    Value query = n.reshape(n.iota(queries, n.i32()), {queries, 1});
    Value isEarlier = n.compare(Predicate::LE, key,
                                n.add(query, static_cast<double>(heads.past)));
    added = n.select(isEarlier, added ? added : n.scalar(element, 0),
                     n.scalar(element, lowestOf(element)));
  }
  if (added)
    scores = n.add(scores, added);
  if (n.has(bias)) {
    auto joint = nn::broadcastShapes(Node::shapeOf(scores), n.shape(bias));
    if (n.rank(bias) != 4 || !joint ||
        ArrayRef<int64_t>(*joint) != Node::shapeOf(scores))
      n.fail(n.inputText(bias) + " of shape " + shapeText(n.shape(bias)) +
             " does not broadcast to the scores' shape " +
             shapeText(Node::shapeOf(scores)));
    scores = n.add(scores, n.in(bias));
  }
  Value weights = n.make<nn::SoftmaxOp>(scores, n.attr("axis", 3));
  Value result = n.transpose(n.matmul(weights, heads.value), {0, 2, 1, 3});
  return n.reshape(result, {batch, queries, v[1] * v[3]});
}

/// Entries [begin, begin + size) of the last dimension.
Value lastEntries(Node &n, Value x, int64_t begin, int64_t size) {
  Ints starts(Node::rankOf(x), 0), sizes(Node::shapeOf(x));
  starts.back() = begin;
  sizes.back() = size;
  return n.slice(x, starts, sizes);
}
} // namespace

void importMicrosoftAttention(Node &n) {
  constexpr unsigned weights = 1, bias = 2, mask = 3, past = 4,
                     attentionBias = 5, pastLength = 6;
  if (n.boolAttr("do_rotary", false) || n.has(pastLength) ||
      n.boolAttr("past_present_share_buffer", false))
    n.fail("do_rotary, past_present_share_buffer and input "
           "'past_sequence_length' are not supported");
  n.intAttr("rotary_embedding_dim", 0, kAnyInteger); // of do_rotary
  n.requireRank(0, {3, 3});
  n.requireRank(weights, {2, 2});
  int64_t heads = n.intAttr("num_heads", 0, kSize);
  checkProduct(n, n.shape().drop_front(), n.shape(weights));
  Ints sizes = n.intsAttr("qkv_hidden_sizes", kSize);
  int64_t all = n.shape(weights)[1];
  if (sizes.empty())
    sizes = {all / 3, all / 3, all / 3};
  if (sizes.size() != 3 || sizes[0] != sizes[1] ||
      sizes[0] + sizes[1] + sizes[2] != all || sizes[0] % heads != 0 ||
      sizes[2] % heads != 0)
    n.fail("queries, keys and values of " + shapeText(sizes) +
           " elements do not fit " + Twine(heads) +
           " heads and weights of shape " + shapeText(n.shape(weights)));
  Value product = n.matmul(n.in(0), n.in(weights));
  if (n.has(bias)) {
    n.requireShape(bias, all, ", one entry for each column of the weights");
    product = n.add(product, n.in(bias));
  }
  auto part = [&](int64_t begin, int64_t size) {
    return split(n, lastEntries(n, product, begin, size), heads);
  };
  Heads parts{part(0, sizes[0]), part(sizes[0], sizes[1]),
              part(sizes[0] + sizes[1], sizes[2])};
  if (n.has(past)) {
    n.requireRank(past, {5, 5}, ", keys and values");
    Ints one(n.shape(past));
    if (one[0] != 2)
      n.fail("input 'past' has the shape " + shapeText(one) +
             ", but its first dimension must be 2, keys and values");
    one[0] = 1;
    auto half = [&](int64_t which) {
      return n.reshape(n.slice(n.in(past), {which, 0, 0, 0, 0}, one),
                       ArrayRef<int64_t>(one).drop_front());
    };
    parts.past = one[3];
    parts.key = behind(n, half(0), parts.key);
    parts.value = behind(n, half(1), parts.value);
  }
  if (n.wants(1)) {
    auto row = [&](Value x) {
      Ints shape(Node::shapeOf(x));
      shape.insert(shape.begin(), 1);
      return n.reshape(x, shape);
    };
    n.set(1, n.concat({row(parts.key), row(parts.value)}, 0));
  }
  n.set(0, attend(n, parts, mask, attentionBias));
}

namespace {
/// Queries, keys and values of MultiHeadAttention, which come apart, packed in
/// the query [B, S, N, 3, D], or keys and values together [B, T, N, 2, D].
Heads unpack(Node &n, int64_t heads) {
  auto packed = [&](unsigned operand, int64_t which) {
    Ints shape(n.shape(operand)), start(5, 0);
    shape[3] = 1;
    start[3] = which;
    Value one = n.slice(n.in(operand), start, shape);
    shape.erase(shape.begin() + 3);
    return n.transpose(n.reshape(one, shape), {0, 2, 1, 3});
  };
  auto own = [&](unsigned operand) {
    n.requireRank(operand, {3, 4});
    if (n.rank(operand) == 4)
      return n.in(operand);
    if (n.shape(operand)[2] % heads != 0)
      n.fail(n.inputText(operand) + " of shape " + shapeText(n.shape(operand)) +
             " does not divide into " + Twine(heads) + " heads");
    return split(n, n.in(operand), heads);
  };
  if (n.rank() == 5 && !n.has(1) && !n.has(2) && n.shape()[3] == 3 &&
      n.shape()[2] == heads)
    return {packed(0, 0), packed(0, 1), packed(0, 2)};
  n.requireRank(0, {3, 3}, ", or 5 with queries, keys and values in it");
  if (n.has(1) && !n.has(2) && n.rank(1) == 5 && n.shape(1)[3] == 2 &&
      n.shape(1)[2] == heads)
    return {own(0), packed(1, 0), packed(1, 1)};
  return {own(0), own(1), own(2)};
}
} // namespace

void importMultiHeadAttention(Node &n) {
  constexpr unsigned bias = 3, mask = 4, attentionBias = 5, pastKey = 6,
                     pastValue = 7;
  for (unsigned operand : {8u, 9u})
    if (n.has(operand))
      n.fail(n.inputText(operand) + " is not supported");
  if (n.wants(3))
    n.fail("its output 'qk' is not supported");
  int64_t heads = n.intAttr("num_heads", 0, kSize);
  Heads parts = unpack(n, heads);
  if (n.has(bias)) {
    int64_t sizes[] = {heads * Node::shapeOf(parts.query)[3],
                       heads * Node::shapeOf(parts.key)[3],
                       heads * Node::shapeOf(parts.value)[3]};
    n.requireShape(
        bias, sizes[0] + sizes[1] + sizes[2],
        ", one entry for each element of a query, a key and a value");
    int64_t begin = 0;
    Value *each[] = {&parts.query, &parts.key, &parts.value};
    for (auto [x, size] : llvm::zip_equal(each, sizes)) {
      Value own = lastEntries(n, n.in(bias), begin, size);
      *x = n.add(*x, n.reshape(own, {heads, 1, size / heads}));
      begin += size;
    }
  }
  if (n.has(pastKey) != n.has(pastValue))
    n.fail("inputs 'past_key' and 'past_value' must both be given, or both be "
           "left out");
  if (n.has(pastKey)) {
    n.requireRank(pastKey, {4, 4});
    n.requireRank(pastValue, {4, 4});
    parts.past = n.shape(pastKey)[2];
    parts.key = behind(n, n.in(pastKey), parts.key);
    parts.value = behind(n, n.in(pastValue), parts.value);
  }
  ArrayRef<int64_t> q = Node::shapeOf(parts.query),
                    k = Node::shapeOf(parts.key),
                    v = Node::shapeOf(parts.value);
  if (q[0] != k[0] || q[1] != k[1] || q[3] != k[3] ||
      k.take_front(3) != v.take_front(3))
    n.fail("queries " + shapeText(q) + ", keys " + shapeText(k) +
           " and values " + shapeText(v) +
           " (batch, heads, positions, elements) do not fit each other");
  n.set(1, parts.key);
  n.set(2, parts.value);
  n.set(0, attend(n, parts, mask, attentionBias));
}

} // namespace dlc::import
