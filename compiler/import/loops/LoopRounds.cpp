//===- LoopRounds.cpp - What the rounds of a loop make --------------------===//

#include "compiler/import/loops/LoopRounds.h"
#include "compiler/import/Sequences.h"
#include "compiler/import/model/Rounds.h"

using namespace mlir;

namespace dlc::import {

/// Fewer rounds are written out, which leaves more to be known in them; so do
/// those of a short nn.loop (dlc-unroll-loops).
constexpr int64_t kShortest = 5;

using Sequence = LoopBuilder::Sequence;

Value stacked(Node &n, ArrayRef<Value> rounds, int64_t axis) {
  SmallVector<Value> parts;
  for (Value round : rounds) {
    if (!isTensor(round))
      n.fail("the body's results to be stacked are no tensors");
    Ints shape(Node::shapeOf(round));
    shape.insert(shape.begin() + axis, 1);
    parts.push_back(n.reshape(round, shape));
    if (parts.back().getType() != parts.front().getType())
      n.fail("the body's results to be stacked have the shapes " +
             shapeText(Node::shapeOf(rounds.front())) + " and " +
             shapeText(Node::shapeOf(round)) +
             " in different rounds, but must have one");
  }
  return n.concat(parts, axis);
}

SmallVector<Value> tryLoop(Node &n, Rounds &all, int64_t rounds,
                           ArrayRef<Sequence> sequences,
                           ArrayRef<Value> initial,
                           llvm::function_ref<Round(LoopBuilder &loop)> build) {
  if (rounds < kShortest || !llvm::all_of(initial, isTensor))
    return {};
  // What is refused here is tried again round by round, and reported there.
  ScopedDiagnosticHandler silence(n.context(),
                                  [](Diagnostic &) { return success(); });
  LoopBuilder loop(n, rounds, sequences, initial);
  BodyRounds inside(all);
  try {
    Round round = build(loop);
    if (round && llvm::any_of(round->second, [](const Sequence &collected) {
          return !isTensor(collected.value);
        }))
      return {};
    auto isSame = [](auto pair) {
      return std::get<0>(pair).getType() == std::get<1>(pair).getType();
    };
    if (!round || round->first.size() != initial.size() ||
        !llvm::all_of(llvm::zip_equal(round->first, initial), isSame))
      return {};
    Value flag = inside.any(n);
    if (flag)
      round->second.push_back({flag, false});
    SmallVector<Value> results = loop.finish(round->first, round->second);
    if (flag)
      inside.keepOfSteps(n, results.pop_back_val());
    return results;
  } catch (const ImportStopped &) {
    return {};
  }
}

void requireRounds(Node &n, int64_t rounds) {
  if (rounds == 0)
    n.fail("the loop has no round, so what its rounds make is empty; a "
           "network cannot compute on empty tensors");
}

} // namespace dlc::import
