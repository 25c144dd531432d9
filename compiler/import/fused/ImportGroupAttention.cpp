//===- ImportGroupAttention.cpp - GroupQueryAttention of com.microsoft ----===//
//
// Several heads of queries share one of keys and values. Keys and values of
// earlier positions lie in caches [B, K, P, D] (batch, heads of keys,
// positions, elements of a head), of which each sequence has filled as many as
// `seqlens_k` says, and what is new goes behind them. A cache of T positions
// in the result has zeros behind what is filled.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/fused/Fused.h"
#include "llvm/ADT/APFloat.h"
#include <cmath>

using namespace mlir;
using Predicate = dlc::nn::ComparePredicate;

namespace dlc::import {

namespace {
enum GroupOperand : unsigned {
  kQuery,
  kKey,
  kValue,
  kPastKey,
  kPastValue,
  kLengths,
  kTotal,
  kCosCache,
  kSinCache,
  kPositions,
  kFirstUnsupported,
  kEndOfOperands = kFirstUnsupported + 2
};

class GroupAttention {
public:
  explicit GroupAttention(Node &n) : n(n) {}

  void run() {
    readAttributes();
    readShapes();
    Value query = part(0, heads), key = part(1, keyHeads),
          value = part(2, keyHeads);
    if (n.boolAttr("do_rotary", false)) {
      query = turned(query);
      key = turned(key);
    }
    key = present(kPastKey, n.transpose(key, {0, 2, 1, 3}));
    value = present(kPastValue, n.transpose(value, {0, 2, 1, 3}));
    n.set(1, key);
    n.set(2, value);
    n.set(0, attend(n.transpose(query, {0, 2, 1, 3}), key, value));
  }

private:
  void readAttributes() {
    for (unsigned i = kFirstUnsupported; i < kEndOfOperands; ++i)
      if (n.has(i))
        n.fail(n.inputText(i) + " is not supported");
    if (n.wants(3))
      n.fail("its output 'output_qk' is not supported");
    n.ignore({"qk_output"}); // of output_qk
    if (n.intAttr("smooth_softmax", 0, {-1, 1}) > 0)
      n.fail("attribute 'smooth_softmax' other than 0 is not supported");
    heads = n.intAttr("num_heads", 0, kSize);
    keyHeads = n.intAttr("kv_num_heads", 0, kSize);
    if (heads % keyHeads != 0)
      n.fail("attribute 'num_heads' is " + Twine(heads) +
             ", but must be a multiple of 'kv_num_heads', which is " +
             Twine(keyHeads));
    window = n.intAttr("local_window_size", -1, {-1, INT32_MAX});
    softcap = n.floatAttr("softcap", 0);
  }

  void readShapes() {
    n.requireRank(kQuery, {3, 3});
    isPacked = !n.has(kKey);
    if (isPacked != !n.has(kValue))
      n.fail("inputs 'key' and 'value' must both be given, or both be packed "
             "in 'query'");
    ArrayRef<int64_t> q = n.shape(kQuery);
    int64_t inQuery = isPacked ? heads + 2 * keyHeads : heads;
    batch = q[0];
    length = q[1];
    size = q[2] / inQuery;
    if (size == 0 || q[2] % inQuery != 0)
      n.fail("input 'query' of shape " + shapeText(q) +
             " does not divide into " + Twine(inQuery) + " heads");
    for (unsigned i : {kKey, kValue})
      if (!isPacked)
        n.requireShape(i, {batch, length, keyHeads * size},
                       ", as 'query' and 'kv_num_heads' have it");
    if (n.has(kPastKey) != n.has(kPastValue))
      n.fail("inputs 'past_key' and 'past_value' must both be given, or both "
             "be left out");
    if (!n.isConstant(kTotal))
      n.fail("input 'total_sequence_length' must be constant, as the shapes of "
             "results depend on it; give it by --fix, for a cache of fixed "
             "size the number of its positions");
    int64_t all = n.constantInts(kTotal, kSize).front();
    isFirst = all == length;
    if (n.has(kPastKey)) {
      n.requireRank(kPastKey, {4, 4});
      past = n.shape(kPastKey)[2];
      for (unsigned i : {kPastKey, kPastValue})
        n.requireShape(i, {batch, keyHeads, past, size},
                       ", as the new keys and 'past_key' have it");
    }
    positions = std::max(past, all);
    if (all > past && all != past + length)
      n.fail("input 'total_sequence_length' is " + Twine(all) +
             ", but must be " + Twine(past + length) +
             ", the positions of 'past_key' and of 'query', or at most " +
             Twine(past) + " for caches of fixed size");
    if (!isFirst && batch > 1 && length > 1)
      n.fail("several new positions behind pasts of several sequences are not "
             "supported: a batch of 1, one position at a time, or a "
             "'total_sequence_length' of " +
             Twine(length) + " for sequences that begin");
    if (product(n.shape(kLengths)) != batch)
      n.fail("input 'seqlens_k' has the shape " + shapeText(n.shape(kLengths)) +
             ", but must have one entry for each of " +
             counted(batch, "sequence", "sequences"));
    Value lengths = n.reshape(n.in(kLengths), {batch, 1, 1, 1});
    filled = isFirst ? n.splat({batch, 1, 1, 1}, n.i32(), 0)
                     : n.add(lengths, 1.0 - static_cast<double>(length));
  }

  static int64_t product(ArrayRef<int64_t> shape) {
    int64_t all = 1;
    for (int64_t extent : shape)
      all *= extent;
    return all;
  }

  /// Queries, keys or values as [B, S, heads, D].
  Value part(unsigned which, int64_t count) {
    Value x = n.in(isPacked ? unsigned(kQuery) : which);
    if (isPacked) {
      int64_t begin = which == 0 ? 0 : heads + (which - 1) * keyHeads;
      x = n.slice(x, {0, 0, begin * size}, {batch, length, count * size});
    }
    return n.reshape(x, {batch, length, count, size});
  }

  Value turned(Value x) {
    if (!n.has(kCosCache) || !n.has(kSinCache))
      n.fail("attribute 'do_rotary' needs inputs 'cos_cache' and 'sin_cache'");
    Value at;
    if (n.has(kPositions)) {
      n.requireShape(kPositions, {batch, length},
                     ", one position for each element of a sequence");
      at = n.in(kPositions);
    } else {
      at = n.add(n.reshape(filled, {batch, 1}), n.iota(length, n.i32()));
    }
    return turnByPosition(n, x, at, kCosCache,
                          n.boolAttr("rotary_interleaved", false));
  }

  /// [B, heads, T, D] of the past and what is new, [B, heads, S, D].
  Value present(unsigned operand, Value x) {
    Type element = Node::elementOf(x);
    auto longer = [&](Value some, int64_t extent) {
      if (extent == positions)
        return some;
      return n.concat(
          {some,
           n.splat({batch, keyHeads, positions - extent, size}, element, 0)},
          2);
    };
    if (isFirst)
      return longer(x, length);
    Value position = n.reshape(n.iota(positions, n.i32()), {positions, 1});
    if (length > 1) {
      Value from =
          n.reshape(n.sub(position, n.reshape(filled, {1, 1})), {positions});
      x = n.make<nn::GatherOp>(
          {x, n.clip(from, 0, static_cast<double>(length - 1))},
          n.attr("axis", 2));
    }
    Value end = n.add(filled, static_cast<double>(length));
    Value isNew = n.compare(Predicate::LT, position, end);
    Value isOld = n.compare(Predicate::LT, position, filled);
    return n.select(isOld, longer(n.in(operand), past),
                    n.select(isNew, x, n.scalar(element, 0)));
  }

  /// Scores of positions that a query may not see are the lowest number.
  Value seen(Value scores) {
    Value lowest = n.scalar(
        Node::elementOf(scores),
        APFloat::getLargest(
            mlir::cast<FloatType>(Node::elementOf(scores)).getFloatSemantics(),
            /*Negative=*/true)
            .convertToDouble());
    Value row = n.reshape(n.iota(length, n.i32()), {length, 1});
    Value last = n.add(n.reshape(filled, {batch, 1, 1, 1, 1}), row);
    Value position = n.iota(positions, n.i32());
    scores = n.select(n.compare(Predicate::LE, position, last), scores, lowest);
    if (window <= 0)
      return scores;
    Value before = n.sub(last, static_cast<double>(window));
    return n.select(n.compare(Predicate::GT, position, before), scores, lowest);
  }

  /// Heads [B, N, S, D] of queries, of keys and values [B, K, T, D], to
  /// [B, S, N * D].
  Value attend(Value query, Value key, Value value) {
    int64_t share = heads / keyHeads;
    double scale = n.floatAttr("scale", 0);
    if (scale == 0)
      scale = 1 / std::sqrt(static_cast<double>(size));
    Ints together{batch, keyHeads, share * length, size};
    Value scores = n.mul(
        n.matmul(n.reshape(query, together), n.transpose(key, {0, 1, 3, 2})),
        scale);
    if (softcap != 0)
      scores = n.mul(n.unary<nn::TanhOp>(n.div(scores, softcap)), softcap);
    scores =
        seen(n.reshape(scores, {batch, keyHeads, share, length, positions}));
    Value weights = n.make<nn::SoftmaxOp>(scores, n.attr("axis", 4));
    weights = n.reshape(weights, {batch, keyHeads, share * length, positions});
    Value result =
        n.reshape(n.matmul(weights, value), {batch, heads, length, size});
    return n.reshape(n.transpose(result, {0, 2, 1, 3}),
                     {batch, length, heads * size});
  }

  Node &n;
  int64_t heads = 0, keyHeads = 0, window = -1, batch = 0, length = 0, size = 0;
  /// Of the caches, before and after.
  int64_t past = 0, positions = 0;
  double softcap = 0;
  bool isPacked = false, isFirst = false;
  Value filled; ///< positions of the caches, [B, 1, 1, 1]
};
} // namespace

void importGroupQueryAttention(Node &n) { GroupAttention(n).run(); }

} // namespace dlc::import
