//===- Choices.cpp - What an operand says when the network runs -----------===//

#include "compiler/import/open/Choices.h"
#include "compiler/import/IfBuilder.h"
#include "llvm/ADT/Sequence.h"

using namespace mlir;

namespace dlc::import {

namespace {
/// Each is code of its own.
constexpr size_t kMaxChoices = 64;
/// A set of axes is a number of as many bits.
constexpr int64_t kMaxSetRank = 30;

/// The result of `keys[first]`, or one of those behind it.
Value chooseFrom(Build &build, Value key, ArrayRef<int64_t> keys, size_t first,
                 llvm::function_ref<Value(size_t)> result) {
  if (first + 1 == keys.size())
    return result(first);
  Value wanted = build.scalarLike(key, static_cast<double>(keys[first]));
  IfBuilder branch(build, build.compare(nn::ComparePredicate::EQ, key, wanted));
  (void)branch.addThen([&] { return SmallVector<Value>{result(first)}; });
  (void)branch.addElse([&] {
    return SmallVector<Value>{chooseFrom(build, key, keys, first + 1, result)};
  });
  return branch.finish().front();
}

/// The axes of a set as the bits of one i32.
Value bitsOf(Node &n, unsigned operand, int64_t rank) {
  Value axes = openPositions(n, operand, rank);
  int64_t count = Node::typeOf(axes).getNumElements();
  Value there = n.compare(nn::ComparePredicate::EQ, n.reshape(axes, {count, 1}),
                          n.reshape(n.iota(rank, n.i32()), {1, rank}));
  Value once = n.reduce(nn::ReduceKind::Max, n.cast(there, n.i32()), 0, false);
  Ints bits;
  for (int64_t axis = 0; axis < rank; ++axis)
    bits.push_back(int64_t(1) << axis);
  return n.reduce(nn::ReduceKind::Sum,
                  n.mul(once, n.cast(n.integers(bits), n.i32())), 0, false);
}

int64_t bitsOf(ArrayRef<int64_t> axes) {
  int64_t bits = 0;
  for (int64_t axis : axes)
    bits |= int64_t(1) << axis;
  return bits;
}
} // namespace

Value openPositions(Node &n, unsigned operand, int64_t size) {
  Value given = n.in(operand);
  if (isa<IntegerType>(Node::elementOf(given)) &&
      Node::elementOf(given).getIntOrFloatBitWidth() < 32)
    given = n.cast(given, n.i32());
  Value negative =
      n.compare(nn::ComparePredicate::LT, given, n.scalarLike(given, 0));
  Value wrapped =
      n.select(negative, n.add(given, static_cast<double>(size)), given);
  return n.cast(n.clip(wrapped, 0, static_cast<double>(size - 1)), n.i32());
}

Value chooseByKey(Build &build, Value key, ArrayRef<int64_t> keys,
                  llvm::function_ref<Value(size_t)> result) {
  return chooseFrom(build, key, keys, 0, result);
}

Value alongOpenAxis(Node &n, unsigned operand, int64_t rank, int64_t axes,
                    llvm::function_ref<Ints(int64_t)> shapeFor,
                    llvm::function_ref<Value(int64_t)> compute) {
  if (Node::typeOf(n.in(operand)).getNumElements() != 1)
    n.requireShape(operand, {});
  auto sets = n.isConstant(operand)
                  ? std::nullopt
                  : openAxisSets(n, axes, 1, [&](ArrayRef<int64_t> axis) {
                      return shapeFor(axis.front());
                    });
  if (!sets)
    return compute(n.axesFrom(operand, "", rank)->front());
  return alongOpenAxes(n, operand, rank, *sets, [&](ArrayRef<int64_t> axis) {
    return compute(axis.front());
  });
}

std::optional<std::vector<Ints>>
openAxisSets(Node &n, int64_t rank, int64_t count,
             llvm::function_ref<Ints(ArrayRef<int64_t>)> shapeFor) {
  if (count < 1 || count > rank || rank > kMaxSetRank)
    return std::nullopt;
  std::vector<Ints> sets;
  std::optional<Ints> common;
  // The next set in the order of its axes raises the last that can be.
  Ints axes(llvm::to_vector(llvm::seq<int64_t>(0, count)));
  for (size_t tried = 0;; ++tried) {
    if (tried > kMaxChoices * kMaxChoices)
      return std::nullopt;
    Ints shape = shapeFor(axes);
    if (n.mayHaveShape(0, shape)) {
      if (common && *common != shape)
        return std::nullopt;
      common = shape;
      sets.push_back(axes);
      if (sets.size() > kMaxChoices)
        return std::nullopt;
    }
    int64_t at = count;
    while (at > 0 && axes[at - 1] == rank - count + at - 1)
      --at;
    if (at == 0)
      break;
    ++axes[at - 1];
    for (; at < count; ++at)
      axes[at] = axes[at - 1] + 1;
  }
  return sets.empty() ? std::nullopt : std::optional(sets);
}

Value alongOpenAxes(Node &n, unsigned operand, int64_t rank,
                    const std::vector<Ints> &sets,
                    llvm::function_ref<Value(ArrayRef<int64_t>)> compute) {
  n.requireRank(operand, {0, 1});
  if (sets.size() == 1)
    return compute(sets.front());
  bool single = sets.front().size() == 1;
  Value key = single ? n.reshape(openPositions(n, operand, rank), {})
                     : bitsOf(n, operand, rank);
  Ints keys;
  for (const Ints &set : sets)
    keys.push_back(single ? set.front() : bitsOf(set));
  return chooseByKey(n, key, keys, [&](size_t i) { return compute(sets[i]); });
}

} // namespace dlc::import
