//===- ImportFeatures.cpp - What prepares features ------------------------===//

#include "compiler/import/checks/Indices.h"
#include "compiler/import/classical/Classical.h"
#include <cmath>

using namespace mlir;
using Predicate = dlc::nn::ComparePredicate;
using Kind = dlc::nn::ReduceKind;

namespace dlc::import {

namespace {
/// One number, or one for each feature, to broadcast over the input.
Value perFeature(Node &n, ArrayRef<double> values, StringRef name,
                 Type element) {
  int64_t count = values.size(), features = n.shape().back();
  if (count != 1 && count != features)
    n.fail("attribute '" + name + "' has " +
           counted(count, "entry", "entries") +
           ", but must have 1 or one for each of the " +
           counted(features, "feature", "features"));
  if (isa<FloatType>(element))
    return n.numbers(values, {count}, element);
  return n.cast(n.integers(Ints(values.begin(), values.end())), element);
}
} // namespace

void importScaler(Node &n) {
  n.requireRank(0, {1, 2});
  Type inner = n.element().isF64() ? n.f64() : n.f32();
  SmallVector<double> offset = n.floatsAttr("offset"),
                      scale = n.floatsAttr("scale");
  Value x = n.cast(n.in(), inner);
  if (!offset.empty())
    x = n.sub(x, perFeature(n, offset, "offset", inner));
  if (!scale.empty())
    x = n.mul(x, perFeature(n, scale, "scale", inner));
  n.set(n.cast(x, n.f32()));
}

void importNormalizer(Node &n) {
  std::string norm = n.choiceAttr("norm", "MAX", {"MAX", "L1", "L2"});
  n.requireRank(0, {1, 2});
  Value x = n.element().isF64() ? n.in() : n.cast(n.in(), n.f32());
  Ints axis{n.rank() - 1};
  // The largest element itself, not its magnitude.
  Value size =
      norm == "MAX" ? n.reduce(Kind::Max, x, axis)
      : norm == "L1"
          ? n.reduce(Kind::Sum, n.unary<nn::AbsOp>(x), axis)
          : n.unary<nn::SqrtOp>(n.reduce(Kind::Sum, n.mul(x, x), axis));
  Value isZero = n.compare(Predicate::EQ, size, n.scalarLike(x, 0));
  n.set(n.cast(n.div(x, n.select(isZero, n.scalarLike(x, 1), size)), n.f32()));
}

void importBinarizer(Node &n) {
  Value x = n.in();
  Value above =
      n.compare(Predicate::GT, x, n.scalarLike(x, n.floatAttr("threshold", 0)));
  n.set(n.cast(above, n.element()));
}

void importImputer(Node &n) {
  n.requireRank(0, rankAtLeast(1));
  Value x = n.in(), missing;
  SmallVector<double> values = n.floatsAttr("imputed_value_floats");
  Ints integers = n.intsAttr("imputed_value_int64s", kAnyInteger);
  double replaced = n.floatAttr("replaced_value_float", 0);
  int64_t replacedInteger = n.intAttr("replaced_value_int64", 0, kAnyInteger);
  StringRef name = "imputed_value_floats";
  if (isa<FloatType>(n.element())) {
    missing = std::isnan(replaced)
                  ? n.unary<nn::IsNanOp>(x)
                  : n.compare(Predicate::EQ, x, n.scalarLike(x, replaced));
  } else {
    name = "imputed_value_int64s";
    values.assign(integers.begin(), integers.end());
    missing = n.compare(Predicate::EQ, x,
                        n.cast(n.integers({replacedInteger}), n.element()));
  }
  n.set(n.select(missing, perFeature(n, values, name, n.element()), x));
}

void importArrayFeatureExtractor(Node &n) {
  n.requireRank(0, rankAtLeast(1));
  int64_t axis = n.rank() - 1;
  Value indices = n.in(1);
  checkIndices(n, 1, axis);
  int64_t count = Node::typeOf(indices).getNumElements();
  Ints shape(n.shape());
  shape.back() = count;
  if (shape.size() == 1) // a vector is a row
    shape.insert(shape.begin(), 1);
  Value taken = n.make<nn::GatherOp>({n.in(0), n.reshape(indices, {count})},
                                     n.attr("axis", axis));
  n.set(n.reshape(taken, shape));
}

void importFeatureVectorizer(Node &n) {
  Ints sizes = n.intsAttr("inputdimensions", kSize);
  if (sizes.size() != n.numInputs())
    n.fail("attribute 'inputdimensions' has " +
           counted(sizes.size(), "entry", "entries") + ", but the node has " +
           counted(n.numInputs(), "input", "inputs"));
  SmallVector<Value> parts;
  for (unsigned i = 0; i < n.numInputs(); ++i) {
    n.requireRank(i, {1, 2});
    Ints shape(n.shape(i));
    if (shape.size() == 1) // the only sample
      shape.insert(shape.begin(), 1);
    if (shape[1] != sizes[i])
      n.fail(n.inputText(i) + " number " + Twine(i + 1) + " has " +
             counted(shape[1], "feature", "features") +
             ", but 'inputdimensions' says " + Twine(sizes[i]));
    if (!parts.empty() && Node::shapeOf(parts[0])[0] != shape[0])
      n.fail("input 1 has " +
             counted(Node::shapeOf(parts[0])[0], "sample", "samples") +
             ", but input " + Twine(i + 1) + " has " + Twine(shape[0]));
    parts.push_back(n.reshape(n.cast(n.in(i), n.f32()), shape));
  }
  n.set(n.concat(parts, 1));
}

} // namespace dlc::import
