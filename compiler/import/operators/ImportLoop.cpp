//===- ImportLoop.cpp - Loops whose number of rounds is known -------------===//
//
// A body that computes the same in every round becomes an nn.loop. In others
// shapes or bounds depend on the round: each becomes nodes of its own.
//
//===----------------------------------------------------------------------===//

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
/// Whether a condition that the body computes holds.
bool holds(Node &n, Value condition) {
  std::optional<SmallVector<int64_t>> known;
  if (ElementsAttr constant = nn::constantOf(condition))
    known = nn::readIntegers(constant);
  if (!known || known->size() != 1)
    n.fail("whether there is another round depends on the model's inputs, "
           "which is not supported; the number of rounds must be known");
  return known->front() != 0;
}
} // namespace

namespace {
class LoopImporter {
public:
  explicit LoopImporter(Node &n) : n(n), body(n.loopBody("body")) {
    if (n.has(0))
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
    if (!runAsLoop())
      runRoundByRound();
  }

private:
  /// Rounds of a known number, in which no condition ends the loop.
  bool runAsLoop() {
    if (!trips || !isTrue(condition))
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
          if (!isTrue(operands[0]))
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

  static bool isTrue(Value condition) {
    ElementsAttr constant = nn::constantOf(condition);
    auto known = constant ? nn::readIntegers(constant) : std::nullopt;
    return known && known->size() == 1 && known->front() != 0;
  }

  void runRoundByRound();

  Node &n;
  LoopBody body;
  std::optional<int64_t> trips;
  int64_t carriedCount = 0, outputs = 0;
  SmallVector<Value> initial;
  Value condition;
};
} // namespace

void LoopImporter::runRoundByRound() {
  constexpr int64_t most = 1'000'000;
  SmallVector<Value> carried = initial;
  std::vector<SmallVector<Value>> collected(outputs);
  for (int64_t round = 0; (!trips || round < *trips) && holds(n, condition);
       ++round) {
    if (round == most)
      n.fail("the loop has more than " + Twine(most) + " rounds");
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
}

void importLoop(Node &n) { LoopImporter(n).run(); }

} // namespace dlc::import
