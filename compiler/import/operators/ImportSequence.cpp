//===- ImportSequence.cpp - Sequences and optional values -----------------===//
//
// All of them are known when compiling, and leave nothing in the network.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/Importers.h"
#include "compiler/import/LoopBody.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace dlc::import {

namespace {
SmallVector<Value> elements(Node &n, unsigned i = 0) {
  return SmallVector<Value>(n.sequence(i));
}

/// A position in a sequence of `size`, or with `end` also behind its last.
int64_t positionIn(Node &n, unsigned operand, int64_t size, bool end) {
  int64_t most = end ? size : size - 1;
  int64_t at = n.constantInt(operand, {-size, most});
  return at < 0 ? at + size : at;
}
} // namespace

void importSequenceConstruct(Node &n) { n.setSequence(0, n.allInputs()); }

void importSequenceEmpty(Node &n) {
  n.ignore({"dtype"});
  n.setSequence(0, {});
}

void importSequenceAt(Node &n) {
  SmallVector<Value> all = elements(n);
  if (all.empty())
    n.fail("input 'input_sequence' is empty, so that it has no element");
  n.set(all[positionIn(n, 1, all.size(), /*end=*/false)]);
}

void importSequenceInsert(Node &n) {
  SmallVector<Value> all = elements(n);
  int64_t at = n.has(2) ? positionIn(n, 2, all.size(), /*end=*/true)
                        : static_cast<int64_t>(all.size());
  all.insert(all.begin() + at, n.in(1));
  n.setSequence(0, all);
}

void importSequenceErase(Node &n) {
  SmallVector<Value> all = elements(n);
  if (all.empty())
    n.fail("input 'input_sequence' is empty, so that nothing can be erased");
  int64_t at = n.has(1) ? positionIn(n, 1, all.size(), /*end=*/false)
                        : static_cast<int64_t>(all.size()) - 1;
  all.erase(all.begin() + at);
  n.setSequence(0, all);
}

void importSequenceLength(Node &n) {
  n.set(n.reshape(n.integers({static_cast<int64_t>(elements(n).size())}), {}));
}

void importConcatFromSequence(Node &n) {
  SmallVector<Value> all = elements(n);
  if (all.empty())
    n.fail("input 'input_sequence' is empty, but needs an element at least");
  if (!n.boolAttr("new_axis", false))
    return n.set(buildConcat(n, all, [](unsigned i) { return i; }));
  int64_t rank = Node::rankOf(all.front()) + 1;
  int64_t axis = n.axisAttr("axis", 0, rank);
  for (Value element : all)
    if (element.getType() != all.front().getType())
      n.fail("the sequence has elements of different shapes, which cannot be "
             "stacked along a new axis");
  for (Value &element : all) {
    Ints shape(Node::shapeOf(element));
    shape.insert(shape.begin() + axis, 1);
    element = n.reshape(element, shape);
  }
  n.set(n.concat(all, axis));
}

/// Each is a tensor of its own in what is compiled.
static constexpr int64_t kMostParts = int64_t(1) << 16;

/// Parts of `part` elements, the last one of what is left.
static Ints partsOfSize(Node &n, int64_t size, int64_t part) {
  int64_t count = llvm::divideCeil(size, part);
  if (count > kMostParts)
    n.fail("the sequence would have " + Twine(count) +
           " tensors, but there may be " + Twine(kMostParts) + " at most");
  Ints sizes(count, part);
  if (size % part != 0)
    sizes.back() = size % part;
  return sizes;
}

void importSplitToSequence(Node &n) {
  int64_t rank = n.rank(), axis = n.axisAttr("axis", 0, rank);
  n.requireRank(0, rankAtLeast(1));
  int64_t size = n.shape()[axis];
  bool keeps = n.boolAttr("keepdims", true) || n.has(1);
  Ints sizes;
  if (!n.has(1)) {
    sizes = partsOfSize(n, size, 1);
  } else {
    n.requireRank(1, {0, 1});
    Ints given = n.constantInts(1, kSize);
    sizes = n.rank(1) == 1 ? given : partsOfSize(n, size, given.front());
  }
  int64_t from = 0;
  SmallVector<Value> parts;
  for (int64_t part : sizes) {
    if (part > size - from)
      n.fail("input 'split' asks for more than the " + Twine(size) +
             " elements along axis " + Twine(axis));
    Ints starts(rank, 0), shape(n.shape());
    starts[axis] = from;
    shape[axis] = part;
    Value taken = n.slice(n.in(), starts, shape);
    if (!keeps) {
      shape.erase(shape.begin() + axis);
      taken = n.reshape(taken, shape);
    }
    parts.push_back(taken);
    from += part;
  }
  if (from != size)
    n.fail("input 'split' asks for " + Twine(from) + " of the " + Twine(size) +
           " elements along axis " + Twine(axis));
  n.setSequence(0, parts);
}

void importSequenceMap(Node &n) {
  LoopBody body = n.loopBody("body");
  size_t rounds = elements(n).size();
  if (body.numInputs() != static_cast<int>(n.numInputs()) ||
      body.numOutputs() != static_cast<int>(n.numOutputs()))
    n.fail("the body has " + Twine(body.numInputs()) + " inputs and " +
           Twine(body.numOutputs()) + " outputs, the node " +
           Twine(n.numInputs()) + " and " + Twine(n.numOutputs()));
  std::vector<SmallVector<Value>> results(n.numOutputs());
  for (size_t round = 0; round < rounds; ++round) {
    SmallVector<Value> operands;
    for (unsigned i = 0; i < n.numInputs(); ++i) {
      if (!n.isSequence(i)) {
        operands.push_back(n.in(i));
        continue;
      }
      SmallVector<Value> all = elements(n, i);
      if (all.size() != rounds)
        n.fail("its sequences have " + Twine(rounds) + " and " +
               Twine(all.size()) + " elements, but must have as many");
      operands.push_back(all[round]);
    }
    for (auto [all, value] : llvm::zip_equal(results, body.run(operands)))
      all.push_back(value);
  }
  for (auto [i, all] : llvm::enumerate(results))
    n.setSequence(i, all);
}

//===----------------------------------------------------------------------===//
// Optional values
//===----------------------------------------------------------------------===//

void importOptional(Node &n) {
  n.ignore({"type"});
  if (n.numInputs() > 0)
    n.set(n.in());
  else
    n.setNothing(0);
}

void importOptionalHasElement(Node &n) {
  bool has = n.numInputs() > 0 && n.has(0) && !n.isNothing(0);
  n.set(n.splat({}, n.i1(), has ? 1 : 0));
}

void importOptionalGetElement(Node &n) {
  if (n.isNothing(0))
    n.fail("input 'input' has no element");
  n.set(n.in());
}

} // namespace dlc::import
