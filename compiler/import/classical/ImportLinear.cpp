//===- ImportLinear.cpp - Linear models -----------------------------------===//

#include "compiler/import/classical/Classical.h"

using namespace mlir;
using Predicate = dlc::nn::ComparePredicate;

namespace dlc::import {

namespace {
/// coefficients * x + intercepts, [N, targets]; the attributes hold a row of
/// coefficients for each target.
Value linear(Node &n, int64_t targets, bool needsIntercepts) {
  Value x = featureRows(n);
  int64_t features = Node::shapeOf(x)[1];
  SmallVector<double> rows = n.floatsAttr("coefficients"),
                      intercepts = n.floatsAttr("intercepts");
  if (static_cast<int64_t>(rows.size()) != targets * features)
    n.fail("attribute 'coefficients' has " +
           counted(rows.size(), "entry", "entries") + ", but " +
           counted(targets, "row", "rows") + " of " +
           counted(features, "feature", "features") + " need " +
           Twine(targets * features));
  if (static_cast<int64_t>(intercepts.size()) != targets &&
      (needsIntercepts || !intercepts.empty()))
    n.fail("attribute 'intercepts' has " +
           counted(intercepts.size(), "entry", "entries") +
           ", but must have one for each of the " + Twine(targets) +
           " targets");
  SmallVector<double> columns(rows.size());
  for (int64_t t = 0; t < targets; ++t)
    for (int64_t f = 0; f < features; ++f)
      columns[f * targets + t] = rows[t * features + f];
  Type element = Node::elementOf(x);
  Value scores = n.matmul(x, n.numbers(columns, {features, targets}, element));
  if (!intercepts.empty())
    scores = n.add(scores, n.numbers(intercepts, {targets}, element));
  return n.cast(scores, n.f32());
}
} // namespace

void importLinearRegressor(Node &n) {
  int64_t targets = n.intAttr("targets", 1, kSize);
  n.set(transformed(n, linear(n, targets, /*needsIntercepts=*/false),
                    postTransformAttr(n)));
}

void importLinearClassifier(Node &n) {
  n.ignore({"multi_class"}); // how it was trained
  ClassLabels labels =
      classLabels(n, "classlabels_ints", "classlabels_strings");
  int64_t count = n.floatsAttr("intercepts").size();
  bool oneScore = count == 1;
  if (oneScore ? labels.size() != 2
               : static_cast<int64_t>(labels.size()) < count)
    n.fail("the node names " + counted(labels.size(), "class", "classes") +
           ", but its " + counted(count, "row", "rows") + " of coefficients " +
           (oneScore ? "decides" : "decide") + " between " +
           Twine(std::max<int64_t>(2, count)));
  Value scores = linear(n, count, /*needsIntercepts=*/true);
  PostTransform transform = postTransformAttr(n);
  if (!oneScore) {
    setLabels(n, 0, bestColumn(n, scores), labels);
    return n.set(1, transformed(n, scores, transform));
  }
  Value positive = n.compare(Predicate::GT, scores, n.scalarLike(scores, 0));
  setLabels(n, 0,
            n.cast(n.reshape(positive, {Node::shapeOf(scores)[0]}), n.i64()),
            labels);
  // Of one score only a logistic function makes a probability.
  if (transform == PostTransform::Probit)
    n.fail("attribute 'post_transform' is PROBIT for one row of coefficients, "
           "which onnxruntime leaves undefined; give a row for each class");
  if (transform == PostTransform::Logistic)
    scores = transformed(n, scores, transform);
  n.set(1, n.concat({n.sub(n.scalarLike(scores, 1), scores), scores}, 1));
}

} // namespace dlc::import
