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
#include "compiler/import/LoopBuilder.h"
#include "compiler/import/Sequences.h"
#include "dialects/nn/Constants.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace dlc::import {

namespace {
/// A value of each round with a new dimension `axis`, and all of them along it.
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

/// Entries of an attribute of Scan, one for each of `count`, or zeros.
Ints entries(Node &n, StringRef name, size_t count, Range allowed) {
  Ints values = n.intsAttr(name, allowed);
  if (values.empty())
    return Ints(count, 0);
  if (values.size() != count)
    n.fail("attribute '" + name + "' has " +
           counted(values.size(), "entry", "entries") + ", but must have " +
           Twine(count));
  return values;
}

/// Fewer rounds are written out, which leaves more to be known in them; so do
/// those of a short nn.loop (dlc-unroll-loops).
constexpr int64_t kShortest = 5;

using Sequence = LoopBuilder::Sequence;

/// What a body gives in a round of a loop: carried values for the next one, and
/// what is collected of it. None where it is not the same in every round.
using Round =
    std::optional<std::pair<SmallVector<Value>, SmallVector<Sequence>>>;

/// The loop whose rounds `build` makes; no value where a round needs to know
/// which it is, or does not fit the next one.
SmallVector<Value> tryLoop(Node &n, int64_t rounds,
                           ArrayRef<Sequence> sequences,
                           ArrayRef<Value> initial,
                           llvm::function_ref<Round(LoopBuilder &loop)> build) {
  if (rounds < kShortest || !llvm::all_of(initial, isTensor))
    return {};
  // What is refused here is tried again round by round, and reported there.
  ScopedDiagnosticHandler silence(n.context(),
                                  [](Diagnostic &) { return success(); });
  LoopBuilder loop(n, rounds, sequences, initial);
  try {
    Round round = build(loop);
    if (round && llvm::any_of(round->second, [](const Sequence &collected) {
          return !isTensor(collected.value);
        }))
      return {};
    auto isSame = [](auto pair) {
      return std::get<0>(pair).getType() == std::get<1>(pair).getType();
    };
    if (round && round->first.size() == initial.size() &&
        llvm::all_of(llvm::zip_equal(round->first, initial), isSame))
      return loop.finish(round->first, round->second);
    return {};
  } catch (const ImportStopped &) {
    return {};
  }
}

/// What rounds make, where there are none, is empty.
void requireRounds(Node &n, int64_t rounds) {
  if (rounds == 0)
    n.fail("the loop has no round, so what its rounds make is empty; a "
           "network cannot compute on empty tensors");
}

class ScanImporter {
public:
  explicit ScanImporter(Node &n) : n(n), body(n.loopBody("body")) {
    inputs = n.intAttr("num_scan_inputs", 0,
                       {1, static_cast<int64_t>(n.numInputs())});
    states = n.numInputs() - inputs;
    outputs = body.numOutputs() - states;
    if (body.numInputs() != static_cast<int>(n.numInputs()) || outputs < 0 ||
        static_cast<int64_t>(n.numOutputs()) > states + outputs)
      n.fail("the body has " + Twine(body.numInputs()) + " inputs and " +
             Twine(body.numOutputs()) + " outputs, which do not fit " +
             Twine(states) + " states and " + Twine(inputs) +
             " scanned inputs");
    readAxes();
  }

  void run() {
    if (!runAsLoop())
      runRoundByRound();
  }

private:
  bool runAsLoop() {
    SmallVector<Sequence> sequences;
    for (int64_t i = 0; i < inputs; ++i)
      sequences.push_back({n.moveAxis(n.in(states + i), inputAxes[i], 0),
                           inputBackwards[i] != 0});
    SmallVector<Value> results = tryLoop(
        n, length, sequences, n.allInputs().take_front(states),
        [&](LoopBuilder &loop) -> Round {
          SmallVector<Value> operands;
          for (int64_t i = 0; i < states; ++i)
            operands.push_back(loop.carried(i));
          for (int64_t i = 0; i < inputs; ++i)
            operands.push_back(loop.element(i));
          ArrayRef<Value> made = operands = body.run(operands);
          SmallVector<Sequence> collected;
          for (int64_t i = 0; i < outputs; ++i)
            collected.push_back({made[states + i], outputBackwards[i] != 0});
          return std::pair(SmallVector<Value>(made.take_front(states)),
                           collected);
        });
    for (auto [i, result] : llvm::enumerate(results)) {
      int64_t collected = static_cast<int64_t>(i) - states;
      n.set(i, collected < 0
                   ? result
                   : n.moveAxis(result, 0,
                                outputAxis(collected, Node::rankOf(result))));
    }
    return !results.empty();
  }

  void runRoundByRound() {
    SmallVector<Value> carried(n.allInputs().take_front(states));
    std::vector<SmallVector<Value>> collected(outputs);
    for (int64_t round = 0; round < length; ++round) {
      SmallVector<Value> operands = carried;
      for (int64_t i = 0; i < inputs; ++i)
        operands.push_back(element(i, round));
      SmallVector<Value> results = body.run(operands);
      for (int64_t i = 0; i < states; ++i) {
        if (results[i].getType() != carried[i].getType())
          n.fail("state number " + Twine(i + 1) + " has the shape " +
                 shapeText(Node::shapeOf(carried[i])) +
                 ", but its next value has " +
                 shapeText(Node::shapeOf(results[i])) +
                 "; type and shape must stay");
        carried[i] = results[i];
      }
      for (int64_t i = 0; i < outputs; ++i)
        collected[i].push_back(results[states + i]);
    }
    for (int64_t i = 0; i < states; ++i)
      n.set(i, carried[i]);
    for (int64_t i = 0; i < outputs; ++i)
      if (n.wants(states + i)) {
        requireRounds(n, length);
        n.set(states + i, output(i, collected[i]));
      }
  }

  void readAxes() {
    inputAxes = entries(n, "scan_input_axes", inputs, kAnyInteger);
    inputBackwards = entries(n, "scan_input_directions", inputs, {0, 1});
    outputAxes = entries(n, "scan_output_axes", outputs, kAnyInteger);
    outputBackwards = entries(n, "scan_output_directions", outputs, {0, 1});
    for (int64_t i = 0; i < inputs; ++i) {
      unsigned operand = states + i;
      int64_t rank = n.rank(operand);
      n.require(inputAxes[i], axesOf(rank),
                "an entry of attribute 'scan_input_axes'",
                " for a tensor of rank " + Twine(rank));
      inputAxes[i] += inputAxes[i] < 0 ? rank : 0;
      int64_t size = n.shape(operand)[inputAxes[i]];
      if (i > 0 && size != length)
        n.fail("the scanned inputs have " + Twine(length) + " and " +
               Twine(size) + " elements, but must have as many");
      length = size;
    }
  }

  Value element(int64_t i, int64_t round) {
    Value x = n.in(states + i);
    int64_t axis = inputAxes[i];
    Ints starts(Node::rankOf(x), 0), sizes(Node::shapeOf(x));
    starts[axis] = inputBackwards[i] ? length - 1 - round : round;
    sizes[axis] = 1;
    Value part = n.slice(x, starts, sizes);
    sizes.erase(sizes.begin() + axis);
    return n.reshape(part, sizes);
  }

  Value output(int64_t i, SmallVector<Value> rounds) {
    if (outputBackwards[i])
      std::reverse(rounds.begin(), rounds.end());
    int64_t rank = Node::rankOf(rounds.front()) + 1;
    return stacked(n, rounds, outputAxis(i, rank));
  }

  int64_t outputAxis(int64_t i, int64_t rank) {
    n.require(outputAxes[i], axesOf(rank),
              "an entry of attribute 'scan_output_axes'",
              " for a result of rank " + Twine(rank));
    return outputAxes[i] + (outputAxes[i] < 0 ? rank : 0);
  }

  Node &n;
  LoopBody body;
  int64_t inputs = 0, states = 0, outputs = 0, length = 0;
  Ints inputAxes, inputBackwards, outputAxes, outputBackwards;
};
} // namespace

void importScan(Node &n) {
  if (n.opset() < 9)
    n.fail("Scan of operator set 8, which has a batch, is not supported; "
           "export the model for 9 or later");
  ScanImporter(n).run();
}

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
    SmallVector<Value> results =
        tryLoop(n, *trips, {}, first, [&](LoopBuilder &loop) -> Round {
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
  SmallVector<Value> round(ArrayRef<Value> carried);

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
  std::optional<int64_t> most = body.mostRounds(n);
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
/// values) after a round that takes place, and what is collected of it.
SmallVector<Value> LoopImporter::round(ArrayRef<Value> carried) {
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
  IfBuilder branch(n, carried[0]);
  ArrayRef<Value> made = branch.addThen([&] { return round(carried); });
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
  Value count = n.cast(results[1], n.i32());
  for (auto [i, result] : llvm::enumerate(llvm::drop_begin(results, 2))) {
    n.set(i, result);
    if (static_cast<int64_t>(i) >= carriedCount)
      n.setBound(i, 0, count);
  }
}

void importLoop(Node &n) { LoopImporter(n).run(); }

} // namespace dlc::import
