//===- ImportEmbedding.cpp - What surrounds attention ---------------------===//

#include "compiler/import/checks/Indices.h"
#include "compiler/import/fused/Fused.h"

using namespace mlir;
using Kind = dlc::nn::ReduceKind;

namespace dlc::import {

//===----------------------------------------------------------------------===//
// Normalisations
//===----------------------------------------------------------------------===//

namespace {
/// Along the last axis, of halves in float32.
Value wide(Node &n, Value x) {
  return Node::elementOf(x).isF64() ? x : n.cast(x, n.f32());
}

/// `x` normalised along its last axis, times `gamma`, plus `beta` unless null.
Value layerNorm(Node &n, Value x, Value gamma, Value beta, double epsilon) {
  Value y = normalise(n, wide(n, x), {Node::rankOf(x) - 1}, epsilon).value;
  y = n.mul(n.cast(y, Node::elementOf(x)), gamma);
  return beta ? n.add(y, beta) : y;
}

Value rootMeanSquareNorm(Node &n, Value x, int64_t axis, double epsilon) {
  Ints axes;
  for (int64_t i = axis; i < Node::rankOf(x); ++i)
    axes.push_back(i);
  Value square = n.reduce(Kind::Mean, n.mul(x, x), axes);
  Value inverse =
      n.unary<nn::ReciprocalOp>(n.unary<nn::SqrtOp>(n.add(square, epsilon)));
  return n.mul(x, inverse);
}

void requireVector(Node &n, unsigned operand) {
  if (n.has(operand))
    n.requireShape(operand, n.shape().back(), ", as the last dimension");
}

/// input + skip, and the bias at `biasOperand` if it is there.
Value withSkip(Node &n, unsigned biasOperand) {
  n.requireRank(0, {2, 3});
  auto joint = nn::broadcastShapes(n.shape(0), n.shape(1));
  if (!joint || ArrayRef<int64_t>(*joint) != n.shape(0))
    n.fail("input 'skip' of shape " + shapeText(n.shape(1)) +
           " does not broadcast to the input's shape " + shapeText(n.shape(0)));
  Value sum = n.add(n.in(0), n.in(1));
  requireVector(n, biasOperand);
  return n.has(biasOperand) ? n.add(sum, n.in(biasOperand)) : sum;
}
} // namespace

void importSkipLayerNormalization(Node &n) {
  bool isSimplified = n.op() == "SkipSimplifiedLayerNormalization";
  for (unsigned output : {1u, 2u})
    if (n.wants(output))
      n.fail("its outputs 'mean' and 'inv_std_var' are not supported; they are "
             "for training");
  requireVector(n, 2);
  double epsilon = n.floatAttr("epsilon", 1e-12f);
  Value sum = withSkip(n, isSimplified ? 3 : 4);
  n.set(3, sum);
  if (isSimplified) {
    Value y =
        rootMeanSquareNorm(n, wide(n, sum), Node::rankOf(sum) - 1, epsilon);
    return n.set(0, n.mul(n.cast(y, n.element()), n.in(2)));
  }
  requireVector(n, 3);
  n.set(0, layerNorm(n, sum, n.in(2), n.has(3) ? n.in(3) : Value(), epsilon));
}

void importSimplifiedLayerNormalization(Node &n) {
  if (n.wants(1))
    n.fail("its output 'inv_std_var' is not supported; it is for training");
  int64_t axis = n.axisAttr("axis", -1, n.rank());
  n.ignore({"stash_type"}); // of inv_std_var
  auto joint = nn::broadcastShapes(n.shape(0), n.shape(1));
  if (!joint || ArrayRef<int64_t>(*joint) != n.shape(0))
    n.fail("input 'scale' of shape " + shapeText(n.shape(1)) +
           " does not broadcast to the input's shape " + shapeText(n.shape(0)));
  Value y = rootMeanSquareNorm(n, wide(n, n.in()), axis,
                               n.floatAttr("epsilon", 1e-5f));
  n.set(n.mul(n.cast(y, n.element(1)), n.in(1)));
}

//===----------------------------------------------------------------------===//
// Embeddings
//===----------------------------------------------------------------------===//

namespace {
Value rowsOf(Node &n, Value table, Value indices) {
  return n.make<nn::GatherOp>({table, indices}, n.attr("axis", 0));
}
} // namespace

void importEmbedLayerNormalization(Node &n) {
  constexpr unsigned ids = 0, segments = 1, words = 2, positions = 3,
                     segmentTable = 4, gamma = 5, beta = 6, mask = 7,
                     positionIds = 8;
  n.requireRank(ids, {2, 2});
  for (unsigned table : {words, positions})
    n.requireRank(table, {2, 2});
  int64_t batch = n.shape(ids)[0], length = n.shape(ids)[1];
  int64_t hidden = n.shape(words)[1];
  for (unsigned vector : {gamma, beta})
    n.requireShape(vector, hidden, ", as a word's embedding");
  if (n.shape(positions)[0] < length && !n.has(positionIds))
    n.fail("input 'position_embedding' has " +
           counted(n.shape(positions)[0], "row", "rows") +
           ", but the sequence has " + Twine(length) + " positions");
  Value sum = rowsOf(n, n.in(words), n.in(ids));
  if (n.has(positionIds))
    sum = n.add(sum, rowsOf(n, n.in(positions), n.in(positionIds)));
  else
    sum = n.add(sum, n.slice(n.in(positions), {0, 0}, {length, hidden}));
  if (n.has(segmentTable) != n.has(segments))
    n.fail("inputs 'segment_ids' and 'segment_embedding' must both be given, "
           "or both be left out");
  if (n.has(segments))
    sum = n.add(sum, rowsOf(n, n.in(segmentTable), n.in(segments)));
  n.set(2, sum);
  n.set(0, layerNorm(n, sum, n.in(gamma), n.in(beta),
                     n.floatAttr("epsilon", 1e-12f)));
  n.intAttr("mask_index_type", 0, {0, 1});
  if (n.has(mask))
    n.set(1, n.reduce(Kind::Sum, n.in(mask), {1}, /*keepdims=*/false));
  else
    n.set(1, n.splat({batch}, n.i32(), 0));
}

//===----------------------------------------------------------------------===//
// Rotary positions
//===----------------------------------------------------------------------===//

namespace {
/// Positions [B, S] of an operand that holds them, or the first of them.
Value positionsOf(Node &n, unsigned operand, int64_t batch, int64_t length) {
  if (n.shape(operand) == ArrayRef<int64_t>{1}) {
    Value all = n.add(n.iota(length, n.element(operand)), n.in(operand));
    return n.broadcast(all, {batch, length});
  }
  n.requireShape(operand, {batch, length},
                 ", one position for each element of a sequence");
  return n.in(operand);
}

/// Pairs of elements of x, [B, S, N, R], turned: those in the two halves, or
/// neighbours. `cos` and `sin` are [B, S, 1, R / 2].
Value rotated(Node &n, Value x, Value cos, Value sin, bool interleaved) {
  Ints shape(Node::shapeOf(x)), start(4, 0), steps(4, 1), half(shape);
  half[3] /= 2;
  steps[3] = interleaved ? 2 : 1;
  Value a = n.slice(x, start, half, steps);
  start[3] = interleaved ? 1 : half[3];
  Value b = n.slice(x, start, half, steps);
  Value first = n.sub(n.mul(a, cos), n.mul(b, sin));
  Value second = n.add(n.mul(b, cos), n.mul(a, sin));
  if (!interleaved)
    return n.concat({first, second}, 3);
  Ints pair(half);
  pair.push_back(1);
  return n.reshape(
      n.concat({n.reshape(first, pair), n.reshape(second, pair)}, 4), shape);
}
} // namespace

Value turnByPosition(Node &n, Value x, Value at, unsigned cache,
                     bool interleaved) {
  n.requireRank(cache, {2, 2});
  n.requireShape(cache + 1, n.shape(cache), ", as input 'cos_cache' has");
  Ints shape(Node::shapeOf(x)), part(shape);
  part[3] = 2 * n.shape(cache)[1];
  if (part[3] > shape[3])
    n.fail("heads of " + Twine(shape[3]) +
           " elements do not fit a cos_cache of shape " +
           shapeText(n.shape(cache)));
  auto factors = [&](unsigned operand) {
    return n.reshape(rowsOf(n, n.in(operand), at),
                     {shape[0], shape[1], 1, part[3] / 2});
  };
  Value y = rotated(n, n.slice(x, {0, 0, 0, 0}, part), factors(cache),
                    factors(cache + 1), interleaved);
  if (part[3] == shape[3])
    return y;
  int64_t turned = part[3];
  part[3] = shape[3] - turned;
  return n.concat({y, n.slice(x, {0, 0, 0, turned}, part)}, 3);
}

void importMicrosoftRotaryEmbedding(Node &n) {
  if (n.boolAttr("is_packed_batching", false) || n.floatAttr("scale", 1) != 1)
    n.fail("attributes 'is_packed_batching' other than 0 and 'scale' other "
           "than 1 are not supported");
  n.requireRank(0, {3, 4});
  n.requireRank(2, {2, 2});
  n.requireShape(3, n.shape(2), ", as input 'cos_cache' has");
  int64_t heads = n.intAttr("num_heads", 0, kSizeOrZero);
  int64_t turned = n.intAttr("rotary_embedding_dim", 0, kSizeOrZero);
  Value x = n.rank() == 4 ? n.transpose(n.in(), {0, 2, 1, 3}) : n.in();
  ArrayRef<int64_t> shape = Node::shapeOf(x);
  int64_t batch = shape[0], length = shape[1];
  int64_t size = n.rank() == 4 ? shape[3]
                 : heads > 0   ? shape[2] / heads
                               : 2 * n.shape(2)[1];
  if (turned == 0)
    turned = size;
  int64_t all = n.rank() == 4 ? shape[2] * shape[3] : shape[2];
  if (size == 0 || all % size != 0 || turned > size || turned % 2 != 0 ||
      n.shape(2)[1] != turned / 2)
    n.fail("heads of " + Twine(size) + " elements, of which " + Twine(turned) +
           " are turned, do not fit an input of shape " + shapeText(n.shape()) +
           " and a cos_cache of shape " + shapeText(n.shape(2)));
  x = n.reshape(x, {batch, length, all / size, size});
  Value y = turnByPosition(n, x, positionsOf(n, 1, batch, length), 2,
                           n.boolAttr("interleaved", false));
  if (n.rank() == 4)
    y = n.transpose(y, {0, 2, 1, 3});
  n.set(n.reshape(y, n.shape()));
}

} // namespace dlc::import
