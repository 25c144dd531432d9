//===- ImportScan.cpp - Loops over sequences ------------------------------===//

#include "compiler/import/Importers.h"
#include "compiler/import/LoopBody.h"
#include "compiler/import/loops/LoopRounds.h"

using namespace mlir;

namespace dlc::import {

using Sequence = LoopBuilder::Sequence;

namespace {
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
        n, body.rounds(), length, sequences, n.allInputs().take_front(states),
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

} // namespace dlc::import
