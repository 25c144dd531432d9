//===- Observed.cpp - How a network depends on its lengths ----------------===//

#include "compiler/lengths/Observed.h"
#include "dialects/nn/Constants.h"

using namespace mlir;

namespace dlc::lengths {

void Observed::addValue(Value value, RankedTensorType at) {
  ArrayRef<int64_t> bound = typeOf(value).getShape();
  auto found = values.find(value);
  if (at.getShape() == bound && found == values.end())
    return;
  Sizes &sizes = values[value];
  sizes.resize(bound.size());
  for (auto [axis, size] : llvm::enumerate(at.getShape())) {
    PerPoint &along = sizes[axis];
    if (size == bound[axis] && along.empty())
      continue;
    // A value may be met several times at a point.
    along.resize(seen, bound[axis]);
    along[seen - 1] = size;
  }
}

void Observed::addOp(Operation *op, DictionaryAttr at) {
  DictionaryAttr own = op->getAttrDictionary();
  if (at == own && !ops.contains(op))
    return;
  std::vector<DictionaryAttr> &all = ops[op];
  all.resize(seen, own);
  all[seen - 1] = at;
}

namespace {
/// Whether `part` holds the first elements along each dimension of `whole`.
bool isFirst(ElementsAttr part, ElementsAttr whole) {
  if (part == whole)
    return true;
  auto small = nn::readConstant(part), large = nn::readConstant(whole);
  ArrayRef<int64_t> shape = part.getShapedType().getShape();
  ArrayRef<int64_t> bound = whole.getShapedType().getShape();
  if (!small || !large)
    return false;
  SmallVector<int64_t> at(shape.size(), 0);
  for (int64_t i = 0, count = part.getNumElements(); i < count; ++i) {
    int64_t place = 0;
    for (auto [position, size] : llvm::zip_equal(at, bound))
      place = place * size + position;
    if (std::memcmp(small->at(i), large->at(place), small->elementBytes) != 0)
      return false;
    for (size_t axis = shape.size(); axis-- > 0;) {
      if (++at[axis] < shape[axis])
        break;
      at[axis] = 0;
    }
  }
  return true;
}
} // namespace

void Observed::addConstant(Value value, ElementsAttr at) {
  addValue(value, cast<RankedTensorType>(at.getShapedType()));
  bool isPart = isFirst(at, nn::constantOf(value));
  auto found = known.find(value);
  if (isPart && found == known.end())
    return;
  std::vector<ElementsAttr> &all = known[value];
  all.resize(seen);
  all[seen - 1] = isPart ? ElementsAttr() : at;
}

void Observed::finish() {
  seen = points.size();
  for (auto &[value, sizes] : values)
    for (auto [axis, along] : llvm::enumerate(sizes))
      if (!along.empty())
        along.resize(seen, boundOf(value, static_cast<int64_t>(axis)));
  for (auto &[op, all] : ops)
    all.resize(seen, op->getAttrDictionary());
  for (auto &[value, all] : known)
    all.resize(seen);
}

bool Observed::varies(Value value) const {
  auto found = values.find(value);
  return found != values.end() &&
         llvm::any_of(found->second,
                      [](const PerPoint &along) { return !along.empty(); });
}

bool Observed::varies(Value value, int64_t axis) const {
  auto found = values.find(value);
  return found != values.end() && !found->second[axis].empty();
}

int64_t Observed::sizeAt(Value value, int64_t axis, size_t point) const {
  auto found = values.find(value);
  return found == values.end() || found->second[axis].empty()
             ? boundOf(value, axis)
             : found->second[axis][point];
}

PerPoint Observed::sizes(Value value, int64_t axis) const {
  return varies(value, axis) ? values.find(value)->second[axis]
                             : PerPoint(points.size(), boundOf(value, axis));
}

ArrayRef<DictionaryAttr> Observed::attributes(Operation *op) const {
  auto found = ops.find(op);
  return found == ops.end() ? ArrayRef<DictionaryAttr>()
                            : ArrayRef(found->second);
}

ArrayRef<ElementsAttr> Observed::constants(Value value) const {
  auto found = known.find(value);
  return found == known.end() ? ArrayRef<ElementsAttr>()
                              : ArrayRef(found->second);
}

void Observed::copy(Value value, Value made) {
  if (auto found = values.find(value); found != values.end()) {
    Sizes sizes = found->second;
    values[made] = std::move(sizes);
  }
}

} // namespace dlc::lengths
