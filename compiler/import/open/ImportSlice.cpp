//===- ImportSlice.cpp - Parts of tensors ---------------------------------===//

#include "compiler/import/Importers.h"
#include "compiler/import/open/Origin.h"
#include "llvm/ADT/Sequence.h"
#include "llvm/Support/CheckedArithmetic.h"

using namespace mlir;

namespace dlc::import {

namespace {
/// Where the elements of a part that begins anywhere are is a table: a few
/// bytes of a model could ask for all of the memory.
constexpr int64_t kMostPositions = int64_t(1) << 24;

/// One entry of starts, ends, axes and steps.
struct Cut {
  int64_t axis;
  int64_t step;
  Origin start, end;

  bool isKnown() const { return start.isKnown() && end.isKnown(); }
};

/// Of an operand, or of an attribute in older operator sets.
std::optional<SmallVector<Origin>> originsFrom(Node &n, unsigned operand,
                                               StringRef name) {
  SmallVector<Origin> origins;
  if (!n.has(operand) || n.isConstant(operand)) {
    std::optional<Ints> known = n.intsFrom(operand, name, kAnyInteger);
    if (!known)
      return std::nullopt;
    for (int64_t value : *known)
      origins.push_back({Value(), 0, value});
    return origins;
  }
  n.requireRank(operand, {0, 1});
  for (int64_t i = 0, e = Node::typeOf(n.in(operand)).getNumElements(); i < e;
       ++i)
    origins.push_back(originOf(n.in(operand), i));
  return origins;
}

SmallVector<Cut> cutsFrom(Node &n) {
  auto starts = originsFrom(n, 1, "starts"), ends = originsFrom(n, 2, "ends");
  std::optional<Ints> axes = n.axesFrom(3, "axes", n.rank()),
                      steps = n.intsFrom(4, "", kAnyInteger);
  if (!starts || !ends)
    n.fail("starts or ends are missing");
  size_t count = starts->size();
  if (!axes) {
    if (static_cast<int64_t>(count) > n.rank())
      n.fail(n.sourceText(1, "starts") + " has " +
             counted(count, "entry", "entries") + ", but the input has rank " +
             Twine(n.rank()));
    axes = llvm::to_vector(llvm::seq<int64_t>(0, count));
  }
  if (!steps)
    steps = Ints(count, 1);
  if (ends->size() != count || axes->size() != count || steps->size() != count)
    n.fail("starts, ends, axes and steps have " + Twine(count) + ", " +
           Twine(ends->size()) + ", " + Twine(axes->size()) + " and " +
           Twine(steps->size()) + " entries, but need one number of them");
  SmallVector<Cut> cuts;
  for (auto [axis, step, start, end] :
       llvm::zip_equal(*axes, *steps, *starts, *ends)) {
    if (step == 0)
      n.fail("input 'steps' has the entry 0, but a step must not be 0");
    // A longer step leaves the tensor just as well.
    int64_t size = n.shape()[axis];
    cuts.push_back(
        {axis, std::clamp<int64_t>(step, -size - 1, size + 1), start, end});
  }
  return cuts;
}

/// What a known start and end leave of a dimension.
struct Part {
  int64_t first, size, step;
};

Part partOf(const Cut &cut, int64_t size) {
  // As in Python: positions from the end, then clamped to the tensor.
  int64_t low = cut.step > 0 ? 0 : -1, high = cut.step > 0 ? size : size - 1;
  auto clamp = [&](int64_t at) {
    return std::clamp<int64_t>(at < 0 ? at + size : at, low, high);
  };
  int64_t start = clamp(cut.start.plus), end = clamp(cut.end.plus);
  int64_t span = cut.step > 0 ? end - start : start - end;
  int64_t taken = span <= 0 ? 0 : (span - 1) / std::abs(cut.step) + 1;
  return {taken == 0 ? 0 : start, taken, taken > 1 ? cut.step : 1};
}

/// How many elements are taken along the axis from wherever it begins, or none
/// where nothing says so.
std::optional<int64_t> lengthOf(Node &n, const Cut &cut) {
  if (auto declared = n.declaredShape(0);
      declared && static_cast<int64_t>(declared->size()) == n.rank() &&
      (*declared)[cut.axis] >= 0)
    return (*declared)[cut.axis];
  std::optional<int64_t> span = differenceOf(cut.end, cut.start);
  if (!span || cut.start.isKnown())
    return std::nullopt;
  int64_t forward = cut.step > 0 ? *span : std::max(*span, -kMaxSize) * -1;
  return forward <= 0 ? 0 : (forward - 1) / std::abs(cut.step) + 1;
}

/// `length` elements from where `cut` begins when the network runs, moved so
/// that all lie within the tensor.
Value takeFrom(Node &n, Value x, const Cut &cut, int64_t length) {
  int64_t size = n.shape()[cut.axis], reach = (length - 1) * std::abs(cut.step);
  Value start =
      cut.start.isKnown()
          ? n.integers({cut.start.plus})
          : n.reshape(
                n.slice(
                    n.reshape(cut.start.root,
                              {Node::typeOf(cut.start.root).getNumElements()}),
                    {cut.start.element}, {1}),
                {1});
  start = n.cast(start, n.i64());
  if (!cut.start.isKnown() && cut.start.plus != 0)
    start = n.add(start, n.integers({cut.start.plus}));
  Value negative =
      n.compare(nn::ComparePredicate::LT, start, n.scalarLike(start, 0));
  start = n.select(negative, n.add(start, n.integers({size})), start);
  int64_t least = cut.step > 0 ? 0 : reach;
  start = n.cast(n.clip(start, static_cast<double>(least),
                        static_cast<double>(least + size - 1 - reach)),
                 n.i32());
  Value steps = n.mul(n.iota(length, n.i32()), static_cast<double>(cut.step));
  return n.make<nn::GatherOp>({x, n.add(steps, start)},
                              n.attr("axis", cut.axis));
}
} // namespace

void importSlice(Node &n) {
  Ints first(n.rank(), 0), sizes(n.shape()), stride(n.rank(), 1);
  SmallVector<std::pair<Cut, int64_t>> open;
  for (const Cut &cut : cutsFrom(n)) {
    int64_t size = n.shape()[cut.axis];
    if (cut.isKnown()) {
      Part part = partOf(cut, size);
      first[cut.axis] = part.first;
      sizes[cut.axis] = part.size;
      stride[cut.axis] = part.step;
      continue;
    }
    std::optional<int64_t> length = lengthOf(n, cut);
    if (!length)
      n.fail(n.inputText(cut.start.isKnown() ? 2 : 1) +
             " must be known when compiling, since nothing else says how many "
             "elements are taken along axis " +
             Twine(cut.axis) +
             ": no declared shape of the result, no end that is the start and "
             "a number; make it a constant, or an input of the model one by "
             "--fix");
    int64_t most = size < 1 ? 0 : (size - 1) / std::abs(cut.step) + 1;
    most = std::min(most, kMostPositions);
    n.require(*length, {1, most},
              "the number of elements taken along axis " + Twine(cut.axis));
    open.emplace_back(cut, *length);
  }
  Value x = n.slice(n.in(), first, sizes, stride);
  for (const auto &[cut, length] : open)
    x = takeFrom(n, x, cut, length);
  n.set(x);
}

} // namespace dlc::import
