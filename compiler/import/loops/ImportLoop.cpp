//===- ImportLoop.cpp - Loops of a known or of at most so many rounds -----===//
//
// A body that computes the same in every round becomes an nn.loop. In others
// shapes or bounds depend on the round: each becomes nodes of its own. Where it
// shows when the network runs whether there is another round, the nn.loop has
// as many as there may be, each in an nn.if.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/IfBuilder.h"
#include "compiler/import/Importers.h"
#include "compiler/import/LoopBody.h"
#include "compiler/import/Sequences.h"
#include "compiler/import/loops/LoopRounds.h"
#include "compiler/import/model/Rounds.h"
#include "dialects/nn/Constants.h"

using namespace mlir;

namespace dlc::import {

using Sequence = LoopBuilder::Sequence;

namespace {
/// More rounds are no bound that a network could wait for.
constexpr int64_t kMostRounds = 1'000'000;

class LoopImporter {
public:
  explicit LoopImporter(Node &n) : n(n), body(n.loopBody("body")) {
    if (n.has(0) && n.isConstant(0))
      trips = n.constantInt(0, kAnyInteger);
    carriedCount = std::max<int64_t>(0, n.numInputs() - 2);
    outputs = body.numOutputs() - 1 - carriedCount;
    if (body.numInputs() != carriedCount + 2 || outputs < 0 ||
        static_cast<int64_t>(n.numOutputs()) > carriedCount + outputs)
      n.fail("the body has " + Twine(body.numInputs()) + " inputs and " +
             Twine(body.numOutputs()) + " outputs, which do not fit " +
             Twine(carriedCount) + " carried values");
    for (int64_t i = 0; i < carriedCount; ++i)
      initial.push_back(n.in(2 + i));
    condition = n.has(1) ? n.in(1) : n.splat({}, n.i1(), 1);
  }

  void run() {
    bool isKnown = (!n.has(0) || trips) && knownCondition(condition);
    if (!n.has(0) && body.staysTrue(condition))
      n.fail("the loop never ends: it has no input 'M', and its condition is "
             "true after each round; give it a number of rounds, or a "
             "condition that becomes false");
    if (!isKnown || (!runAsLoop() && !runRoundByRound()))
      runWhileTrue();
  }

private:
  /// Rounds of a known number, in which no condition ends the loop.
  bool runAsLoop() {
    if (!trips || !*knownCondition(condition))
      return false;
    SmallVector<Value> first{n.reshape(n.integers({0}), {})};
    first.append(initial);
    SmallVector<Value> results = tryLoop(
        n, body.rounds(), *trips, {}, first, [&](LoopBuilder &loop) -> Round {
          Value number = loop.carried(0);
          SmallVector<Value> operands{number, n.splat({}, n.i1(), 1)};
          for (int64_t i = 0; i < carriedCount; ++i)
            operands.push_back(loop.carried(1 + i));
          operands = body.run(operands);
          if (!knownCondition(operands[0]).value_or(false))
            return std::nullopt;
          SmallVector<Value> next{n.add(number, 1.0)};
          llvm::append_range(next, ArrayRef(operands).slice(1, carriedCount));
          SmallVector<Sequence> collected;
          for (Value value : ArrayRef(operands).drop_front(1 + carriedCount))
            collected.push_back({value, false});
          return std::pair(next, collected);
        });
    if (results.empty())
      return false;
    for (auto [i, result] : llvm::enumerate(llvm::drop_begin(results)))
      n.set(i, result);
    return true;
  }

  /// Whether it is known of each round that it takes place.
  bool runRoundByRound();
  void runWhileTrue();
  int64_t mostRounds();
  Value mayGoOn(Value condition, Value number);
  SmallVector<Value> round(ArrayRef<Value> carried, BodyRounds &inside);

  Node &n;
  LoopBody body;
  std::optional<int64_t> trips;
  int64_t carriedCount = 0, outputs = 0;
  SmallVector<Value> initial;
  Value condition;
};
} // namespace

bool LoopImporter::runRoundByRound() {
  SmallVector<Value> carried = initial;
  std::vector<SmallVector<Value>> collected(outputs);
  BodyRounds inside(body.rounds());
  for (int64_t round = 0; !trips || round < *trips; ++round) {
    std::optional<bool> another = knownCondition(condition);
    if (!another) {
      condition = n.has(1) ? n.in(1) : n.splat({}, n.i1(), 1);
      return false;
    }
    if (!*another)
      break;
    if (round == kMostRounds)
      n.fail("the loop has more than " + Twine(kMostRounds) + " rounds");
    SmallVector<Value> operands{n.reshape(n.integers({round}), {}),
                                n.reshape(condition, {})};
    operands.append(carried);
    SmallVector<Value> results = body.run(operands);
    condition = results[0];
    for (int64_t i = 0; i < carriedCount; ++i)
      carried[i] = results[1 + i];
    for (int64_t i = 0; i < outputs; ++i)
      collected[i].push_back(results[1 + carriedCount + i]);
  }
  inside.keep();
  for (int64_t i = 0; i < carriedCount; ++i)
    n.set(i, carried[i]);
  for (int64_t i = 0; i < outputs; ++i) {
    if (!n.wants(carriedCount + i))
      continue;
    requireRounds(n, static_cast<int64_t>(collected[i].size()));
    n.set(carriedCount + i, stacked(n, collected[i], 0));
  }
  return true;
}

//===----------------------------------------------------------------------===//
// Rounds of which the network computes whether they take place
//===----------------------------------------------------------------------===//

/// How many rounds there may be: M where it is known, or what --rounds says.
int64_t LoopImporter::mostRounds() {
  std::optional<int64_t> most = body.rounds().most(n.loc());
  if (most && trips)
    most = std::min(*most, *trips);
  if (!most)
    most = trips;
  if (!most || *most > kMostRounds)
    n.fail("the number of rounds depends on the model's inputs, " +
           Twine(trips ? "at most " + std::to_string(*trips)
                       : std::string("without a bound")) +
           "; say how many there are at most, up to " + Twine(kMostRounds) +
           ": --rounds " + nn::nodeOf(n.loc())->name + "=N");
  requireRounds(n, std::max<int64_t>(*most, 0));
  return *most;
}

/// Whether there is a round `number` after one that has left `condition`.
Value LoopImporter::mayGoOn(Value condition, Value number) {
  if (!n.has(0) || trips)
    return condition;
  Value most = n.reshape(n.cast(n.in(0), n.i64()), {});
  Value below = n.compare(nn::ComparePredicate::LT, number, most);
  return n.select(condition, below, n.splat({}, n.i1(), 0));
}

/// What is carried (whether there is another round, its number, the body's
/// values) after a round that takes place, and what is collected of it: at last
/// whether a loop within it would have gone on, where there is one.
SmallVector<Value> LoopImporter::round(ArrayRef<Value> carried,
                                       BodyRounds &inside) {
  SmallVector<Value> operands{carried[1], n.splat({}, n.i1(), 1)};
  llvm::append_range(operands, carried.drop_front(2));
  SmallVector<Value> made = body.runPerhaps(operands, n);
  for (int64_t i = 0; i < carriedCount; ++i)
    if (made[1 + i].getType() != initial[i].getType())
      n.fail(
          "the number of rounds depends on the model's inputs, and carried "
          "value number " +
          Twine(i + 1) + " has the shape " +
          shapeText(Node::shapeOf(initial[i])) + ", but its next value has " +
          shapeText(Node::shapeOf(made[1 + i])) + "; type and shape must stay");
  Value next = n.add(carried[1], 1.0);
  SmallVector<Value> results{mayGoOn(n.reshape(made[0], {}), next), next};
  llvm::append_range(results, ArrayRef(made).drop_front());
  if (Value flag = inside.any(n))
    results.push_back(flag);
  return results;
}

void LoopImporter::runWhileTrue() {
  for (unsigned i : {0, 1})
    if (n.has(i) && Node::typeOf(n.in(i)).getNumElements() != 1)
      n.fail(n.inputText(i) + " has the shape " + shapeText(n.shape(i)) +
             ", but must have one element");
  for (auto [i, value] : llvm::enumerate(initial))
    if (!isTensor(value))
      n.fail("the number of rounds depends on the model's inputs, and carried "
             "value number " +
             Twine(i + 1) + " is no tensor");
  const int64_t most = mostRounds();
  Value zero = n.reshape(n.integers({0}), {});
  SmallVector<Value> first{mayGoOn(n.reshape(condition, {}), zero), zero};
  first.append(initial);
  LoopBuilder loop(n, most, {}, first);
  SmallVector<Value> carried;
  for (unsigned i = 0; i < first.size(); ++i)
    carried.push_back(loop.carried(i));
  BodyRounds inside(body.rounds());
  IfBuilder branch(n, carried[0]);
  ArrayRef<Value> made = branch.addThen([&] { return round(carried, inside); });
  (void)branch.addElse([&] {
    SmallVector<Value> kept = carried;
    for (Value value : made.drop_front(carried.size()))
      kept.push_back(n.splat(Node::shapeOf(value), Node::elementOf(value), 0));
    return kept;
  });
  SmallVector<Value> chosen = branch.finish();
  SmallVector<Sequence> collected;
  for (Value value : ArrayRef(chosen).drop_front(carried.size()))
    collected.push_back({value, false});
  SmallVector<Value> results =
      loop.finish(ArrayRef(chosen).take_front(carried.size()), collected);
  if (static_cast<int64_t>(results.size()) > 2 + carriedCount + outputs)
    inside.keepOfSteps(n, results.pop_back_val());
  // The model's own bound is no other number of rounds.
  if (trips != most)
    inside.keepAs(results[0]);
  Value count = n.cast(results[1], n.i32());
  for (auto [i, result] : llvm::enumerate(llvm::drop_begin(results, 2))) {
    n.set(i, result);
    if (static_cast<int64_t>(i) >= carriedCount)
      n.setBound(i, 0, count);
  }
}

void importLoop(Node &n) { LoopImporter(n).run(); }

} // namespace dlc::import
