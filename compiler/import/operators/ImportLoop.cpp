//===- ImportLoop.cpp - Loops whose rounds are known ----------------------===//
//
// Each round becomes nodes of its own.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/Importers.h"
#include "compiler/import/LoopBody.h"
#include "dialects/nn/Constants.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace dlc::import {

namespace {
/// A value of each round with a new dimension `axis`, and all of them along it.
Value stacked(Node &n, ArrayRef<Value> rounds, int64_t axis) {
  SmallVector<Value> parts;
  for (Value round : rounds) {
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
      n.set(states + i, output(i, collected[i]));
  }

private:
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
    n.require(outputAxes[i], axesOf(rank),
              "an entry of attribute 'scan_output_axes'",
              " for a result of rank " + Twine(rank));
    int64_t axis = outputAxes[i] + (outputAxes[i] < 0 ? rank : 0);
    return stacked(n, rounds, axis);
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

void importLoop(Node &n) {
  constexpr int64_t most = 1'000'000;
  std::optional<int64_t> trips;
  if (n.has(0))
    trips = n.constantInt(0, kAnyInteger);
  LoopBody body = n.loopBody("body");
  int64_t carriedCount = std::max<int64_t>(0, n.numInputs() - 2);
  int64_t outputs = body.numOutputs() - 1 - carriedCount;
  if (body.numInputs() != carriedCount + 2 || outputs < 0 ||
      static_cast<int64_t>(n.numOutputs()) > carriedCount + outputs)
    n.fail("the body has " + Twine(body.numInputs()) + " inputs and " +
           Twine(body.numOutputs()) + " outputs, which do not fit " +
           Twine(carriedCount) + " carried values");
  SmallVector<Value> carried;
  for (int64_t i = 0; i < carriedCount; ++i)
    carried.push_back(n.in(2 + i));
  Value condition = n.has(1) ? n.in(1) : n.splat({}, n.i1(), 1);
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
    if (collected[i].empty())
      n.fail("the loop has no round, so what its rounds make is empty; a "
             "network cannot compute on empty tensors");
    n.set(carriedCount + i, stacked(n, collected[i], 0));
  }
}

} // namespace dlc::import
