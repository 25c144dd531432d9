//===- ImportShape.cpp - Shapes, and tensors taken apart and joined -------===//

#include "compiler/import/Importers.h"
#include "dialects/nn/Constants.h"
#include "llvm/ADT/Sequence.h"
#include "llvm/Support/CheckedArithmetic.h"

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

void importShape(Node &n) {
  int64_t rank = n.rank();
  auto position = [&](StringRef name, int64_t absent) {
    int64_t at = n.intAttr(name, absent);
    return std::clamp<int64_t>(at < 0 ? at + rank : at, 0, rank);
  };
  int64_t start = position("start", 0), end = position("end", rank);
  n.set(n.integers(n.shape().slice(start, std::max<int64_t>(0, end - start))));
}

void importSize(Node &n) {
  n.set(n.reshape(n.integers({elements(n.shape())}), {}));
}

//===----------------------------------------------------------------------===//
// Another shape for the same elements
//===----------------------------------------------------------------------===//

void importReshape(Node &n) {
  Ints shape = n.constantInts(1);
  bool allowZero = n.boolAttr("allowzero", false);
  int64_t unknown = -1, known = 1;
  for (auto [i, size] : llvm::enumerate(shape)) {
    if (size == 0 && !allowZero) {
      if (static_cast<int64_t>(i) >= n.rank())
        n.fail("the shape copies dimension " + Twine(i) +
               " of an input of rank " + Twine(n.rank()));
      size = n.shape()[i];
    }
    if (size == -1 && unknown < 0) {
      unknown = i;
      continue;
    }
    std::optional<int64_t> product = llvm::checkedMul(known, size);
    if (size < 0 || !product)
      n.fail("the shape has the dimension " + Twine(size) +
             ", which is not possible");
    known = *product;
  }
  int64_t count = elements(n.shape());
  if (unknown >= 0) {
    if (known == 0 || count % known != 0)
      n.fail("no size of dimension " + Twine(unknown) + " makes " +
             Twine(count) + " elements");
    shape[unknown] = count / known;
  } else if (known != count) {
    n.fail("the shape has " + Twine(known) + " elements, but the input has " +
           Twine(count));
  }
  n.set(n.reshape(n.in(), shape));
}

void importFlatten(Node &n) {
  int64_t axis = n.intAttr("axis", 1), rank = n.rank();
  if (axis != rank)
    axis = n.axis(axis, rank);
  n.set(n.reshape(n.in(), {elements(n.shape().take_front(axis)),
                           elements(n.shape().drop_front(axis))}));
}

void importSqueeze(Node &n) {
  std::optional<Ints> given = n.intsFrom(1, "axes");
  Ints axes = given ? n.axes(*given, n.rank()) : Ints();
  Ints shape;
  for (auto [i, size] : llvm::enumerate(n.shape())) {
    bool named = llvm::is_contained(axes, static_cast<int64_t>(i));
    if (named && size != 1)
      n.fail("dimension " + Twine(i) + " has size " + Twine(size) +
             " and cannot be removed");
    if (given ? !named : size != 1)
      shape.push_back(size);
  }
  n.set(n.reshape(n.in(), shape));
}

void importUnsqueeze(Node &n) {
  std::optional<Ints> given = n.intsFrom(1, "axes");
  if (!given)
    n.fail("its axes are missing");
  int64_t rank = n.rank() + given->size();
  Ints shape(n.shape());
  for (int64_t axis : n.axes(*given, rank))
    shape.insert(shape.begin() + axis, 1);
  n.set(n.reshape(n.in(), shape));
}

void importExpand(Node &n) {
  auto shape = nn::broadcastShapes(n.shape(), n.constantInts(1));
  if (!shape)
    n.fail("the input does not broadcast to the shape");
  n.set(n.broadcast(n.in(), *shape));
}

//===----------------------------------------------------------------------===//
// Order of elements
//===----------------------------------------------------------------------===//

void importTranspose(Node &n) {
  Ints perm = n.intsAttr("perm");
  if (perm.empty())
    perm = llvm::to_vector(llvm::reverse(llvm::seq<int64_t>(0, n.rank())));
  n.set(n.transpose(n.in(), perm));
}

namespace {
int64_t blockSize(Node &n) {
  int64_t block = n.intAttr("blocksize", 0);
  if (n.rank() != 4)
    n.fail("the input has rank " + Twine(n.rank()) + ", but 4 is needed");
  if (block < 1 || block > (int64_t(1) << 15))
    n.fail("blocksize = " + Twine(block) + " is out of range");
  return block;
}

/// Whether the blocks' positions are the slower part of the depth (DCR) or the
/// faster one (CRD).
bool blocksFirst(Node &n) {
  std::string mode = n.stringAttr("mode", "DCR");
  if (mode != "DCR" && mode != "CRD")
    n.fail("mode must be DCR or CRD, not '" + mode + "'");
  return mode == "DCR";
}
} // namespace

void importDepthToSpace(Node &n) {
  int64_t b = blockSize(n);
  ArrayRef<int64_t> s = n.shape();
  if (s[1] % (b * b) != 0)
    n.fail(Twine(s[1]) + " channels are no multiple of the block's " +
           Twine(b * b));
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
    n.fail("the spatial dimensions are no multiples of blocksize");
  // Blocks before channels, or channels before blocks.
  Ints order = blocksFirst(n) ? Ints{0, 3, 5, 1, 2, 4} : Ints{0, 1, 3, 5, 2, 4};
  Value x = n.reshape(n.in(), {s[0], s[1], s[2] / b, b, s[3] / b, b});
  x = n.transpose(x, order);
  n.set(n.reshape(x, {s[0], s[1] * b * b, s[2] / b, s[3] / b}));
}

//===----------------------------------------------------------------------===//
// Parts and repetitions
//===----------------------------------------------------------------------===//

void importConcat(Node &n) {
  int64_t axis = n.axis(n.intAttr("axis", 1), Node::rankOf(n.allInputs()[0]));
  SmallVector<Value> parts;
  for (Value part : n.allInputs()) // an empty part adds nothing
    if (Node::typeOf(part).getNumElements() > 0)
      parts.push_back(part);
  n.set(parts.empty() ? n.in(0) : n.concat(parts, axis));
}

void importSplit(Node &n) {
  int64_t axis = n.axis(n.intAttr("axis", 0), n.rank());
  int64_t size = n.shape()[axis], count = n.numOutputs();
  std::optional<Ints> sizes = n.intsFrom(1, "split");
  if (!sizes) {
    // Equal parts, the last smaller when they do not divide (operator set 18).
    if (int64_t asked = n.intAttr("num_outputs", count); asked != count)
      n.fail("num_outputs is " + Twine(asked) + ", but the node has " +
             Twine(count) + " outputs");
    int64_t part = (size + count - 1) / count;
    sizes.emplace();
    for (int64_t i = 0; i < count; ++i)
      sizes->push_back(std::clamp<int64_t>(size - i * part, 0, part));
    if (n.opset() < 18 && part * count != size)
      n.fail("dimension " + Twine(axis) + " of size " + Twine(size) +
             " does not divide into " + Twine(count) + " equal parts");
  }
  int64_t left = size;
  for (int64_t part : *sizes) {
    if (part < 0 || part > left)
      left = -1;
    if (left < 0)
      break;
    left -= part;
  }
  if (left != 0 || static_cast<int64_t>(sizes->size()) != count)
    n.fail("the parts do not add up to dimension " + Twine(axis) + " of size " +
           Twine(size));
  Ints starts(n.rank(), 0), part(n.shape());
  for (int64_t i = 0; i < count; ++i) {
    part[axis] = (*sizes)[i];
    n.set(i, n.slice(n.in(), starts, part));
    starts[axis] += (*sizes)[i];
  }
}

void importSlice(Node &n) {
  std::optional<Ints> starts = n.intsFrom(1, "starts"),
                      ends = n.intsFrom(2, "ends"),
                      axes = n.intsFrom(3, "axes"), steps = n.intsFrom(4, "");
  if (!starts || !ends || starts->size() != ends->size())
    n.fail("starts and ends need one entry for each axis");
  size_t count = starts->size();
  if (!axes)
    axes = llvm::to_vector(llvm::seq<int64_t>(0, count));
  if (!steps)
    steps = Ints(count, 1);
  if (axes->size() != count || steps->size() != count)
    n.fail("starts, ends, axes and steps differ in length");
  n.axes(*axes, n.rank()); // each once
  Ints first(n.rank(), 0), sizes(n.shape()), stride(n.rank(), 1);
  for (size_t i = 0; i < count; ++i) {
    int64_t axis = n.axis((*axes)[i], n.rank());
    int64_t size = n.shape()[axis], step = (*steps)[i];
    if (step == 0 || step == std::numeric_limits<int64_t>::min())
      n.fail("a step of " + Twine(step) + " is not possible");
    // As in Python: positions from the end, then clamped to the tensor.
    int64_t low = step > 0 ? 0 : -1, high = step > 0 ? size : size - 1;
    auto clamp = [&](int64_t at) {
      return std::clamp<int64_t>(at < 0 ? at + size : at, low, high);
    };
    int64_t start = clamp((*starts)[i]), end = clamp((*ends)[i]);
    int64_t span = step > 0 ? end - start : start - end;
    int64_t length = std::abs(step);
    first[axis] = start;
    sizes[axis] = span <= 0 ? 0 : (span - 1) / length + 1;
    stride[axis] = sizes[axis] > 1 ? step : 1;
    if (sizes[axis] == 0)
      first[axis] = 0;
  }
  n.set(n.slice(n.in(), first, sizes, stride));
}

void importTile(Node &n) {
  n.set(n.make<nn::TileOp>(n.in(), n.attr("repeats", n.constantInts(1))));
}

void importPad(Node &n) {
  int64_t rank = n.rank();
  std::optional<Ints> given = n.intsFrom(1, "pads");
  Ints axes = n.has(3) ? n.constantInts(3)
                       : llvm::to_vector(llvm::seq<int64_t>(0, rank));
  if (!given || given->size() != 2 * axes.size())
    n.fail("pads need two entries for each padded dimension");
  n.axes(axes, rank); // each once
  Ints pads(2 * rank, 0);
  constexpr int64_t kMaxPad = int64_t(1) << 40;
  for (size_t i = 0; i < axes.size(); ++i) {
    int64_t axis = n.axis(axes[i], rank);
    for (size_t end : {0, 1}) {
      int64_t pad = (*given)[i + end * axes.size()];
      if (pad < -kMaxPad || pad > kMaxPad)
        n.fail("a pad of " + Twine(pad) + " is out of range");
      pads[axis + end * rank] = pad;
    }
  }
  using M = nn::PadMode;
  auto mode =
      llvm::StringSwitch<std::optional<M>>(n.stringAttr("mode", "constant"))
          .Case("constant", M::Constant)
          .Case("reflect", M::Reflect)
          .Case("edge", M::Edge)
          .Case("wrap", M::Wrap)
          .Default(std::nullopt);
  if (!mode)
    n.fail("mode '" + n.stringAttr("mode", "") + "' is unknown");
  SmallVector<Value> operands{n.in()};
  if (n.has(2) && *mode == M::Constant)
    operands.push_back(n.reshape(n.in(2), {}));
  else if (double value = n.floatAttr("value", 0); value != 0)
    operands.push_back(n.scalarLike(n.in(), value));
  n.set(n.make<nn::PadOp>(
      operands, {n.attr("pads", pads),
                 n.attr("mode", nn::PadModeAttr::get(n.context(), *mode))}));
}

} // namespace dlc::import
