//===- ImportShape.cpp - Shapes, and tensors taken apart and joined -------===//

#include "compiler/import/Importers.h"
#include "dialects/nn/Constants.h"
#include "llvm/ADT/Sequence.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/CheckedArithmetic.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace dlc::import {

namespace {
int64_t elements(ArrayRef<int64_t> shape) {
  int64_t count = 1;
  for (int64_t size : shape)
    count *= size;
  return count;
}
} // namespace

//===----------------------------------------------------------------------===//
// Shapes as values
//===----------------------------------------------------------------------===//

/// The size along `axis`, a vector of one i64.
static Value sizeAlong(Node &n, int64_t axis) {
  auto bound = n.boundOf(0);
  if (bound && bound->axis == axis)
    return n.reshape(n.cast(bound->count, n.i64()), 1);
  return n.integers(n.shape()[axis]);
}

void importShape(Node &n) {
  int64_t rank = n.rank();
  auto position = [&](StringRef name, int64_t absent) {
    int64_t at = n.intAttr(name, absent, kAnyInteger);
    return std::clamp<int64_t>(at < 0 ? at + rank : at, 0, rank);
  };
  int64_t start = position("start", 0), end = position("end", rank);
  if (!n.boundOf(0))
    return n.set(
        n.integers(n.shape().slice(start, std::max<int64_t>(0, end - start))));
  SmallVector<Value> sizes;
  for (int64_t axis = start; axis < end; ++axis)
    sizes.push_back(sizeAlong(n, axis));
  n.set(sizes.empty() ? n.integers({}) : n.concat(sizes, 0));
}

void importSize(Node &n) {
  if (!n.boundOf(0))
    return n.set(n.reshape(n.integers({elements(n.shape())}), {}));
  Value product = n.integers({1});
  for (int64_t axis = 0; axis < n.rank(); ++axis)
    product = n.mul(product, sizeAlong(n, axis));
  n.set(n.reshape(product, {}));
}

//===----------------------------------------------------------------------===//
// Another shape for the same elements
//===----------------------------------------------------------------------===//

void importReshape(Node &n) {
  n.requireRank(1, {1, 1});
  Ints shape = n.constantInts(1, {-1, kAnyInteger.max});
  bool allowZero = n.boolAttr("allowzero", false);
  int64_t unknown = -1, known = 1;
  for (auto [i, size] : llvm::enumerate(shape)) {
    if (size == 0 && !allowZero) {
      if (static_cast<int64_t>(i) >= n.rank())
        n.fail("input 'shape' " + shapeText(n.constantInts(1, kAnyInteger)) +
               " copies dimension " + Twine(i) + " (a 0) of an input of rank " +
               Twine(n.rank()));
      size = n.shape()[i];
    }
    if (size == -1) {
      if (unknown >= 0)
        n.fail("input 'shape' " + shapeText(shape) +
               " has more than one -1, but one size can be inferred");
      unknown = i;
      continue;
    }
    std::optional<int64_t> product = llvm::checkedMul(known, size);
    if (!product)
      n.fail("input 'shape' " + shapeText(shape) +
             " has more elements than 64 bits can count");
    known = *product;
  }
  int64_t count = elements(n.shape());
  if (unknown >= 0) {
    if (known == 0 || count % known != 0)
      n.fail("no size in place of the -1 in 'shape' " + shapeText(shape) +
             " makes the input's " + Twine(count) + " elements");
    shape[unknown] = count / known;
  } else if (known != count) {
    n.fail("input 'shape' " + shapeText(shape) + " has " + Twine(known) +
           " elements, but the input has " + Twine(count));
  }
  n.set(n.reshape(n.in(), shape));
}

void importFlatten(Node &n) {
  int64_t axis = n.cutAttr("axis", 1, n.rank());
  n.set(n.reshape(n.in(), {elements(n.shape().take_front(axis)),
                           elements(n.shape().drop_front(axis))}));
}

void importSqueeze(Node &n) {
  std::optional<Ints> given = n.axesFrom(1, "axes", n.rank());
  Ints axes = given.value_or(Ints());
  Ints shape;
  for (auto [i, size] : llvm::enumerate(n.shape())) {
    bool named = llvm::is_contained(axes, static_cast<int64_t>(i));
    if (named && size != 1)
      n.fail(n.sourceText(1, "axes") + " names dimension " + Twine(i) +
             " of size " + Twine(size) +
             ", but only dimensions of size 1 can be removed");
    if (given ? !named : size != 1)
      shape.push_back(size);
  }
  n.set(n.reshape(n.in(), shape));
}

void importUnsqueeze(Node &n) {
  std::optional<Ints> given = n.intsFrom(1, "axes", kAnyInteger);
  if (!given)
    n.fail("its axes are missing");
  Ints axes = *n.axesFrom(1, "axes", n.rank() + given->size());
  llvm::sort(axes);
  Ints shape(n.shape());
  for (int64_t axis : axes)
    shape.insert(shape.begin() + axis, 1);
  n.set(n.reshape(n.in(), shape));
}

void importExpand(Node &n) {
  n.requireRank(1, {1, 1});
  Ints asked = n.constantInts(1, {0, kAnyInteger.max});
  auto shape = nn::broadcastShapes(n.shape(), asked);
  if (!shape)
    n.fail("the input's shape " + shapeText(n.shape()) +
           " does not broadcast to 'shape' " + shapeText(asked));
  n.set(n.broadcast(n.in(), *shape));
}

//===----------------------------------------------------------------------===//
// Order of elements
//===----------------------------------------------------------------------===//

void importTranspose(Node &n) {
  // Negative entries are no axes here: ONNX gives them no meaning.
  Ints perm = n.intsAttr("perm", {0, std::max<int64_t>(n.rank() - 1, 0)});
  if (perm.empty())
    perm = llvm::to_vector(llvm::reverse(llvm::seq<int64_t>(0, n.rank())));
  Ints sorted(perm);
  llvm::sort(sorted);
  if (!llvm::equal(sorted, llvm::seq<int64_t>(0, n.rank())))
    n.fail("attribute 'perm' is " + shapeText(perm) +
           ", but must name each of the " + Twine(n.rank()) +
           " dimensions once");
  n.set(n.transpose(n.in(), perm));
}

namespace {
int64_t blockSize(Node &n) {
  n.requireRank(0, {4, 4});
  // Its square is computed with.
  return n.intAttr("blocksize", 0, {1, int64_t(1) << 15});
}

/// Whether the blocks' positions are the slower part of the depth (DCR) or the
/// faster one (CRD).
bool blocksFirst(Node &n) {
  return n.choiceAttr("mode", "DCR", {"DCR", "CRD"}) == "DCR";
}
} // namespace

void importDepthToSpace(Node &n) {
  int64_t b = blockSize(n);
  ArrayRef<int64_t> s = n.shape();
  if (s[1] % (b * b) != 0)
    n.fail("the input has " + counted(s[1], "channel", "channels") +
           ", but must have a multiple of blocksize squared, " + Twine(b * b));
  int64_t c = s[1] / (b * b);
  Value x = blocksFirst(n)
                ? n.transpose(n.reshape(n.in(), {s[0], b, b, c, s[2], s[3]}),
                              {0, 3, 4, 1, 5, 2})
                : n.transpose(n.reshape(n.in(), {s[0], c, b, b, s[2], s[3]}),
                              {0, 1, 4, 2, 5, 3});
  n.set(n.reshape(x, {s[0], c, s[2] * b, s[3] * b}));
}

void importSpaceToDepth(Node &n) {
  int64_t b = blockSize(n);
  ArrayRef<int64_t> s = n.shape();
  if (s[2] % b != 0 || s[3] % b != 0)
    n.fail("the spatial dimensions " + shapeText(s.drop_front(2)) +
           " are no multiples of blocksize " + Twine(b));
  // Blocks before channels, or channels before blocks.
  Ints order = blocksFirst(n) ? Ints{0, 3, 5, 1, 2, 4} : Ints{0, 1, 3, 5, 2, 4};
  Value x = n.reshape(n.in(), {s[0], s[1], s[2] / b, b, s[3] / b, b});
  x = n.transpose(x, order);
  n.set(n.reshape(x, {s[0], s[1] * b * b, s[2] / b, s[3] / b}));
}

//===----------------------------------------------------------------------===//
// Parts and repetitions
//===----------------------------------------------------------------------===//

namespace {
/// All parts have the shape of the first but for `axis`. Empty ones may have
/// another, as exporters write them; onnxruntime leaves them out too.
void checkParts(Node &n, ArrayRef<Value> parts, int64_t axis,
                llvm::function_ref<unsigned(unsigned)> numberOf) {
  ArrayRef<int64_t> first = Node::shapeOf(parts[0]);
  for (unsigned i = 1; i < parts.size(); ++i) {
    ArrayRef<int64_t> shape = Node::shapeOf(parts[i]);
    if (elements(shape) == 0 || elements(first) == 0)
      continue;
    Ints expected(first);
    if (shape.size() == first.size())
      expected[axis] = shape[axis];
    if (shape != ArrayRef<int64_t>(expected))
      n.fail("input " + Twine(numberOf(i)) + " has the shape " +
             shapeText(shape) + ", but input " + Twine(numberOf(0)) + " has " +
             shapeText(first) + "; they must be the same but for axis " +
             Twine(axis));
  }
}
} // namespace

Value buildConcat(Node &n, ArrayRef<Value> parts,
                  llvm::function_ref<unsigned(unsigned)> numberOf) {
  int64_t axis = n.axisAttr("axis", 1, Node::rankOf(parts[0]));
  checkParts(n, parts, axis, numberOf);
  SmallVector<Value> some; // an empty part adds nothing
  for (Value part : parts)
    if (Node::typeOf(part).getNumElements() > 0)
      some.push_back(part);
  return some.empty() ? parts[0] : n.concat(some, axis);
}

void importConcat(Node &n) {
  n.set(buildConcat(n, n.allInputs(), [](unsigned i) { return i + 1; }));
}

namespace {
/// Equal parts, the last smaller when they do not divide (operator set 18).
Ints equalParts(Node &n, int64_t axis) {
  int64_t size = n.shape()[axis], count = n.numOutputs();
  if (int64_t asked = n.intAttr("num_outputs", count, kSize); asked != count)
    n.fail("attribute 'num_outputs' is " + Twine(asked) +
           ", but the node has " + counted(count, "output", "outputs"));
  int64_t part = llvm::divideCeilSigned(size, count);
  if (n.opset() < 18 && part * count != size)
    n.fail("dimension " + Twine(axis) + " of size " + Twine(size) +
           " does not divide into " + Twine(count) + " equal parts");
  Ints sizes;
  for (int64_t i = 0; i < count; ++i)
    sizes.push_back(std::clamp<int64_t>(size - i * part, 0, part));
  return sizes;
}

Ints splitSizes(Node &n, int64_t axis) {
  std::optional<Ints> sizes = n.intsFrom(1, "split", kSizeOrZero);
  if (!sizes)
    return equalParts(n, axis);
  std::string source = n.sourceText(1, "split") + " " + shapeText(*sizes);
  if (n.hasAttr("num_outputs"))
    n.fail(source + " and attribute 'num_outputs' are both given, but only "
                    "one is allowed");
  if (sizes->size() != n.numOutputs())
    n.fail(source + " has " + counted(sizes->size(), "entry", "entries") +
           ", but the node has " +
           counted(n.numOutputs(), "output", "outputs"));
  int64_t sum = 0;
  for (int64_t part : *sizes)
    sum += part;
  if (sum != n.shape()[axis])
    n.fail(source + " adds up to " + Twine(sum) + ", but dimension " +
           Twine(axis) + " has size " + Twine(n.shape()[axis]));
  return *sizes;
}
} // namespace

void importSplit(Node &n) {
  int64_t axis = n.axisAttr("axis", 0, n.rank());
  Ints sizes = splitSizes(n, axis);
  int64_t count = n.numOutputs();
  Ints starts(n.rank(), 0), part(n.shape());
  for (int64_t i = 0; i < count; ++i) {
    part[axis] = sizes[i];
    n.set(i, n.slice(n.in(), starts, part));
    starts[axis] += sizes[i];
  }
}

void importTile(Node &n) {
  n.requireShape(1, n.rank(), ", one entry for each dimension");
  Ints repeats = n.constantInts(1, {0, kAnyInteger.max});
  for (auto [size, repeat] : llvm::zip_equal(n.shape(), repeats))
    if (!llvm::checkedMul(size, repeat))
      n.fail("input 'repeats' has the entry " + Twine(repeat) +
             ", which makes a dimension too large to count in 64 bits");
  n.set(n.make<nn::TileOp>(n.in(), n.attr("repeats", repeats)));
}

namespace {
/// Begins and ends of every dimension.
Ints readPads(Node &n) {
  int64_t rank = n.rank();
  Ints axes = n.axesFrom(3, "", rank)
                  .value_or(llvm::to_vector(llvm::seq<int64_t>(0, rank)));
  std::optional<Ints> given = n.intsFrom(1, "pads", {-kMaxSize, kMaxSize});
  std::string source = n.sourceText(1, "pads");
  if (!given)
    n.fail("its pads are missing");
  if (given->size() != 2 * axes.size())
    n.fail(source + " has " + counted(given->size(), "entry", "entries") +
           ", but must have two for each of the " +
           counted(axes.size(), "padded dimension", "padded dimensions"));
  Ints pads(2 * rank, 0);
  for (auto [i, axis] : llvm::enumerate(axes)) {
    int64_t begin = (*given)[i], end = (*given)[i + axes.size()];
    int64_t size = n.shape()[axis];
    if (begin < -size || end < -size || size + begin + end < 0)
      n.fail(source + " takes " + Twine(-begin) + " and " + Twine(-end) +
             " elements away from dimension " + Twine(axis) + " of size " +
             Twine(size));
    pads[axis] = begin;
    pads[axis + rank] = end;
  }
  return pads;
}
} // namespace

void importPad(Node &n) {
  Ints pads = readPads(n);
  using M = nn::PadMode;
  M mode = llvm::StringSwitch<M>(
               n.choiceAttr("mode", "constant",
                            {"constant", "reflect", "edge", "wrap"}))
               .Case("constant", M::Constant)
               .Case("reflect", M::Reflect)
               .Case("edge", M::Edge)
               .Case("wrap", M::Wrap);
  if (mode != M::Constant && elements(n.shape()) == 0)
    n.fail("the input has no elements to repeat in its padding");
  if (n.has(2) && Node::typeOf(n.in(2)).getNumElements() != 1)
    n.fail(n.inputText(2) + " has the shape " + shapeText(n.shape(2)) +
           ", but must be one number");
  SmallVector<Value> operands{n.in()};
  if (n.has(2) && mode == M::Constant)
    operands.push_back(n.reshape(n.in(2), {}));
  else if (double value = n.floatAttr("value", 0); value != 0)
    operands.push_back(n.scalarLike(n.in(), value));
  n.set(n.make<nn::PadOp>(
      operands, {n.attr("pads", pads),
                 n.attr("mode", nn::PadModeAttr::get(n.context(), mode))}));
}

} // namespace dlc::import
