//===- ImportRecurrent.cpp - RNN, GRU and LSTM as loops -------------------===//
//
// The product of the inputs with the weights does not depend on earlier steps:
// it is one matrix product for all of them, and what is left a loop.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/Importers.h"
#include "compiler/import/LoopBuilder.h"
#include "llvm/ADT/StringSwitch.h"

using namespace mlir;

namespace dlc::import {

namespace {
class Recurrent {
public:
  /// `gates` blocks of rows are stacked in W, R and B.
  Recurrent(Node &n, int64_t gates) : n(n), gates(gates) { readShapes(); }
  virtual ~Recurrent() = default;

  void run(bool hasCell) {
    SmallVector<Value> all, lastHidden, lastCell;
    for (int64_t d = 0; d < directions; ++d) {
      Value outputs = runDirection(d, reversed || d == 1, hasCell);
      all.push_back(n.reshape(outputs, {time, 1, batch, hidden}));
      lastHidden.push_back(n.reshape(state, {1, batch, hidden}));
      if (hasCell)
        lastCell.push_back(n.reshape(cell, {1, batch, hidden}));
    }
    Value y = n.concat(all, 1), h = n.concat(lastHidden, 0);
    n.set(0, batchFirst ? n.transpose(y, {2, 0, 1, 3}) : y);
    n.set(1, batchFirst ? n.transpose(h, {1, 0, 2}) : h);
    if (hasCell) {
      Value c = n.concat(lastCell, 0);
      n.set(2, batchFirst ? n.transpose(c, {1, 0, 2}) : c);
    }
  }

protected:
  /// Sets `state` (and `cell`) from `input`, the [B, gates * H] product of the
  /// step's input with the weights, biases added.
  virtual void step(Value input) = 0;

  /// What is added to the inputs' product, of the biases [1, gates * H] of W
  /// and R.
  virtual Value inputBias(Value ofInput, Value ofState) {
    return n.add(ofInput, ofState);
  }

  /// Parts [index, index + parts) of `count` parts of the columns.
  Value part(Value x, int64_t index, int64_t count, int64_t parts = 1) {
    int64_t width = Node::shapeOf(x)[1] / count;
    int64_t rows = Node::shapeOf(x)[0];
    return n.slice(x, {0, index * width}, {rows, parts * width});
  }

  Value activate(int64_t index, Value x) {
    using Function = Value (*)(Node &, Value);
    auto function =
        llvm::StringSwitch<Function>(StringRef(activations[index]).lower())
            .Case("sigmoid",
                  [](Node &n, Value x) { return n.unary<nn::SigmoidOp>(x); })
            .Case("tanh",
                  [](Node &n, Value x) { return n.unary<nn::TanhOp>(x); })
            .Case("relu",
                  [](Node &n, Value x) { return n.unary<nn::ReluOp>(x); })
            .Default(nullptr);
    if (!function)
      n.fail("activation '" + activations[index] +
             "' is not supported; Sigmoid, Tanh and Relu are");
    return function(n, x);
  }

  /// One direction's part of an optional operand as a matrix; null if absent.
  Value ofDirection(unsigned operand, int64_t rows, int64_t columns) {
    if (!n.has(operand))
      return nullptr;
    Ints shape(n.shape(operand));
    Ints starts(shape.size(), 0);
    starts[0] = direction;
    shape[0] = 1;
    return n.reshape(n.slice(n.in(operand), starts, shape), {rows, columns});
  }

  Node &n;
  int64_t gates, directions = 0, hidden = 0, time = 0, batch = 0, features = 0;
  int64_t direction = 0;
  bool batchFirst = false;
  /// As many for each direction as the cell has kinds of gates.
  SmallVector<std::string> activations;
  Value recurrence;  // [H, gates * H]
  Value peepholes;   // [1, 3 * H] or null
  Value state, cell; // [B, H]

private:
  void readShapes() {
    for (unsigned i : {0u, 1u, 2u})
      n.requireRank(i, {3, 3});
    batchFirst = n.boolAttr("layout", false);
    time = n.shape(0)[batchFirst ? 1 : 0];
    batch = n.shape(0)[batchFirst ? 0 : 1];
    features = n.shape(0)[2];
    readDirections();
    hidden = n.shape(2)[2];
    n.require(hidden, kSize, "the last dimension of input 'R'");
    if (int64_t size = n.intAttr("hidden_size", hidden, kSize); size != hidden)
      n.fail("attribute 'hidden_size' is " + Twine(size) + ", but input 'R' " +
             shapeText(n.shape(2)) + " is for " + Twine(hidden));
    n.require(time, kSize, "the length of the sequence in input 'X'");
    checkOperandShapes();
    readLengths();
    if (n.hasAttr("clip"))
      n.fail("attribute 'clip' is not supported");
    if (!n.floatsAttr("activation_alpha").empty() ||
        !n.floatsAttr("activation_beta").empty())
      n.fail("attributes 'activation_alpha' and 'activation_beta' are not "
             "supported");
  }

  void readDirections() {
    std::string way = n.choiceAttr("direction", "forward",
                                   {"forward", "reverse", "bidirectional"});
    reversed = way == "reverse";
    directions = n.shape(1)[0];
    if (directions != (way == "bidirectional" ? 2 : 1))
      n.fail("input 'W' has " + counted(directions, "direction", "directions") +
             " (its dimension 0), which does not fit direction = '" + way +
             "'");
  }

  void checkOperandShapes() {
    int64_t width = gates * hidden;
    n.requireShape(1, {directions, width, features},
                   ": directions, gates times hidden_size, the last of X");
    n.requireShape(2, {directions, width, hidden},
                   ": directions, gates times hidden_size, hidden_size");
    if (n.has(3))
      n.requireShape(3, {directions, 2 * width});
    if (n.has(4))
      n.requireShape(4, {batch}, ", one length for each batch");
    Ints states{directions, batch, hidden};
    if (batchFirst)
      std::swap(states[0], states[1]);
    for (unsigned i : {5u, 6u})
      if (n.has(i))
        n.requireShape(i, states);
    if (n.has(7))
      n.requireShape(7, {directions, 3 * hidden});
  }

  /// Which steps are beyond the end of a sequence. Lengths that the network
  /// computes are compared with the steps, which clamps them to [0, time].
  void readLengths() {
    longest = shortest = time;
    if (!n.has(4))
      return;
    lengths = n.reshape(n.in(4), {batch, 1});
    if (!n.isConstant(4)) {
      shortest = 0;
      return;
    }
    Ints given = n.constantInts(4, {0, time});
    longest = given.empty() ? time : *llvm::max_element(given);
    shortest = given.empty() ? time : *llvm::min_element(given);
  }

  /// The outputs [time, B, H] of one direction; sets the last `state` (and
  /// `cell`).
  Value runDirection(int64_t index, bool reversed, bool hasCell) {
    direction = index;
    recurrence = n.transpose(ofDirection(2, gates * hidden, hidden), {1, 0});
    peepholes = hasCell ? ofDirection(7, 1, 3 * hidden) : Value();
    Value rest = longest < time
                     ? n.splat({time - longest, batch, hidden}, n.element(0), 0)
                     : Value();
    state = initial(5);
    cell = hasCell ? initial(6) : Value();
    Value outputs = longest > 0 ? runSteps(reversed) : Value();
    if (shortest == 0) {
      state = zeroWhereEmpty(state);
      cell = cell ? zeroWhereEmpty(cell) : Value();
    }
    return !rest ? outputs : !outputs ? rest : n.concat({outputs, rest}, 0);
  }

  /// The product of the inputs of all steps with the weights, biases added.
  Value inputProducts() {
    int64_t width = gates * hidden;
    Value weights = n.transpose(ofDirection(1, width, features), {1, 0});
    Value x = batchFirst ? n.transpose(n.in(0), {1, 0, 2}) : n.in(0);
    x = n.slice(x, {0, 0, 0}, {longest, batch, features});
    Value products =
        n.matmul(n.reshape(x, {longest * batch, features}), weights);
    if (Value biases = ofDirection(3, 1, 2 * width))
      products =
          n.add(products, inputBias(part(biases, 0, 2), part(biases, 1, 2)));
    return n.reshape(products, {longest, batch, width});
  }

  /// In reverse, the states wait until a sequence's last step is reached.
  Value runSteps(bool reversed) {
    bool masks = lengths && shortest < longest;
    SmallVector<Value> first{state};
    if (cell)
      first.push_back(cell);
    if (masks)
      first.push_back(n.splat({1, 1}, Node::elementOf(lengths),
                              reversed ? longest - 1 : 0));
    LoopBuilder loop(n, longest, {{inputProducts(), reversed}}, first);
    state = loop.carried(0);
    cell = cell ? loop.carried(1) : Value();
    SmallVector<Value> next;
    Value output;
    if (masks) {
      Value number = loop.carried(first.size() - 1);
      output = masked(number, loop.element(0));
      next = {state};
      if (cell)
        next.push_back(cell);
      next.push_back(n.add(number, reversed ? -1.0 : 1.0));
    } else {
      step(loop.element(0));
      output = state;
      next = {state};
      if (cell)
        next.push_back(cell);
    }
    SmallVector<Value> results = loop.finish(next, {{output, reversed}});
    state = results[0];
    cell = cell ? results[1] : Value();
    return results.back();
  }

  /// An empty sequence ends in zeros, not in its initial state: ONNX leaves it
  /// open, and onnxruntime does so.
  Value zeroWhereEmpty(Value x) {
    Value some =
        n.compare(nn::ComparePredicate::GT, lengths, n.scalarLike(lengths, 0));
    return n.select(some, x, n.scalarLike(x, 0));
  }

  /// Step `number` for the sequences that reach it; the others keep their state
  /// and put out zeros. Gives the output.
  Value masked(Value number, Value input) {
    Value pastState = state, pastCell = cell;
    step(input);
    Value inside = n.compare(nn::ComparePredicate::GT, lengths, number);
    Value output = n.select(inside, state, n.scalarLike(state, 0));
    state = n.select(inside, state, pastState);
    if (cell)
      cell = n.select(inside, cell, pastCell);
    return output;
  }

  Value initial(unsigned operand) {
    if (!n.has(operand))
      return n.splat({batch, hidden}, n.element(0), 0);
    if (!batchFirst)
      return ofDirection(operand, batch, hidden);
    return n.reshape(
        n.slice(n.in(operand), {0, direction, 0}, {batch, 1, hidden}),
        {batch, hidden});
  }

  bool reversed = false; // the only direction
  Value lengths;         // [B, 1], null when all sequences are complete
  int64_t longest = 0, shortest = 0;
};

/// The node's activations, or the defaults for every direction.
SmallVector<std::string> readActivations(Node &n, ArrayRef<StringRef> defaults,
                                         int64_t directions) {
  SmallVector<std::string> names = n.stringsAttr("activations");
  if (names.empty())
    for (int64_t i = 0; i < directions; ++i)
      names.append(defaults.begin(), defaults.end());
  if (static_cast<int64_t>(names.size()) !=
      directions * static_cast<int64_t>(defaults.size()))
    n.fail("attribute 'activations' has " +
           counted(names.size(), "name", "names") + ", but must have " +
           Twine(defaults.size()) + " for each direction");
  return names;
}

class Rnn : public Recurrent {
public:
  explicit Rnn(Node &n) : Recurrent(n, 1) {
    activations = readActivations(n, {"Tanh"}, directions);
  }
  void step(Value input) override {
    state = activate(direction, n.add(input, n.matmul(state, recurrence)));
  }
};

/// Gates z (update), r (reset), h (candidate).
class Gru : public Recurrent {
public:
  explicit Gru(Node &n) : Recurrent(n, 3) {
    activations = readActivations(n, {"Sigmoid", "Tanh"}, directions);
    resetAfter = n.boolAttr("linear_before_reset", false);
  }
  /// The reset gate may act on the last one's product and bias.
  Value inputBias(Value ofInput, Value ofState) override {
    if (!resetAfter)
      return n.add(ofInput, ofState);
    candidateBias = part(ofState, 2, 3);
    Value both = n.add(part(ofInput, 0, 3, 2), part(ofState, 0, 3, 2));
    return n.concat({both, part(ofInput, 2, 3)}, 1);
  }
  void step(Value input) override {
    Value product =
        n.matmul(state, resetAfter ? recurrence : part(recurrence, 0, 3, 2));
    int64_t parts = resetAfter ? 3 : 2;
    Value gates = activate(
        2 * direction, n.add(part(input, 0, 3, 2), part(product, 0, parts, 2)));
    Value update = part(gates, 0, 2), reset = part(gates, 1, 2), past;
    if (resetAfter) {
      past = part(product, 2, 3);
      past = n.mul(reset, candidateBias ? n.add(past, candidateBias) : past);
    } else {
      past = n.matmul(n.mul(reset, state), part(recurrence, 2, 3));
    }
    Value candidate =
        activate(2 * direction + 1, n.add(part(input, 2, 3), past));
    // (1 - z) * candidate + z * state. Shorter by one operation, but a
    // candidate without bounds would swallow the state.
    if (StringRef(activations[2 * direction + 1]).lower() == "relu") {
      Value rest = n.sub(n.scalarLike(update, 1), update);
      state = n.add(n.mul(rest, candidate), n.mul(update, state));
    } else {
      state = n.add(candidate, n.mul(update, n.sub(state, candidate)));
    }
  }

private:
  bool resetAfter;
  Value candidateBias; // [1, H], where the reset gate acts on it; or null
};

/// Gates i (input), o (output), f (forget), c (cell).
class Lstm : public Recurrent {
public:
  explicit Lstm(Node &n) : Recurrent(n, 4) {
    activations = readActivations(n, {"Sigmoid", "Tanh", "Tanh"}, directions);
    if (n.boolAttr("input_forget", false))
      n.fail("attribute 'input_forget' is 1, which is not supported");
  }
  void step(Value input) override {
    Value sum = n.add(input, n.matmul(state, recurrence));
    // Peepholes are in the order i, o, f; the output gate looks at the new
    // cell.
    auto gateOf = [&](int64_t gate) {
      Value x = part(sum, gate, 4);
      if (peepholes)
        x = n.add(x, n.mul(cell, part(peepholes, gate, 3)));
      return activate(3 * direction, x);
    };
    Value in = gateOf(0), forget = gateOf(2);
    Value candidate = activate(3 * direction + 1, part(sum, 3, 4));
    cell = n.add(n.mul(forget, cell), n.mul(in, candidate));
    Value out = gateOf(1);
    state = n.mul(out, activate(3 * direction + 2, cell));
  }
};
} // namespace

void importRNN(Node &n) { Rnn(n).run(/*hasCell=*/false); }
void importGRU(Node &n) { Gru(n).run(/*hasCell=*/false); }
void importLSTM(Node &n) { Lstm(n).run(/*hasCell=*/true); }

} // namespace dlc::import
