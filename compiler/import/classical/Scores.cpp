//===- Scores.cpp - From scores to probabilities and labels ---------------===//

#include "compiler/import/classical/Classical.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"

using namespace mlir;
using Predicate = dlc::nn::ComparePredicate;
using Kind = dlc::nn::ReduceKind;

namespace dlc::import {

Value featureRows(Node &n) {
  n.requireRank(0, {1, 2});
  Value x = n.in();
  if (!n.element().isF64())
    x = n.cast(x, n.f32());
  return n.rank() == 1 ? n.reshape(x, {1, n.shape()[0]}) : x;
}

PostTransform postTransformAttr(Node &n) {
  using T = PostTransform;
  return llvm::StringSwitch<T>(n.choiceAttr("post_transform", "NONE",
                                            {"NONE", "LOGISTIC", "SOFTMAX",
                                             "SOFTMAX_ZERO", "PROBIT"}))
      .Case("NONE", T::None)
      .Case("LOGISTIC", T::Logistic)
      .Case("SOFTMAX", T::Softmax)
      .Case("SOFTMAX_ZERO", T::SoftmaxZero)
      .Case("PROBIT", T::Probit);
}

namespace {
/// Scores of 0 stay 0 and do not count in the sum; onnxruntime takes those up
/// to 1e-7 for 0.
Value softmaxZero(Node &n, Value x) {
  Value largest = n.reduce(Kind::Max, x, {1});
  Value isZero =
      n.compare(Predicate::LE, n.unary<nn::AbsOp>(x), n.scalarLike(x, 1e-7f));
  Value grown = n.unary<nn::ExpOp>(n.sub(x, largest));
  Value scaled = n.mul(x, n.unary<nn::ExpOp>(n.unary<nn::NegOp>(largest)));
  Value sum =
      n.reduce(Kind::Sum, n.select(isZero, n.scalarLike(x, 0), grown), {1});
  return n.div(n.select(isZero, scaled, grown), sum);
}

/// sqrt(2) * erfinv(2 p - 1), with Winitzki's approximation of erfinv in
/// onnxruntime's constants.
Value probit(Node &n, Value p) {
  Value x = n.sub(n.mul(p, 2), 1);
  Value sign = n.select(n.compare(Predicate::LT, x, n.scalarLike(x, 0)),
                        n.scalarLike(x, -1), n.scalarLike(x, 1));
  Value one = n.scalarLike(x, 1);
  Value log = n.unary<nn::LogOp>(n.mul(n.sub(one, x), n.add(one, x)));
  Value v = n.add(n.mul(log, 0.5), 2 / (3.14159f * 0.147f));
  Value root = n.unary<nn::SqrtOp>(n.sub(n.mul(v, v), n.mul(log, 1 / 0.147f)));
  Value size = n.unary<nn::SqrtOp>(n.sub(root, v));
  return n.mul(n.mul(sign, size), 1.41421356f);
}
} // namespace

Value transformed(Node &n, Value scores, PostTransform transform) {
  switch (transform) {
  case PostTransform::None:
    return scores;
  case PostTransform::Logistic:
    return n.unary<nn::SigmoidOp>(scores);
  case PostTransform::Softmax:
    return n.make<nn::SoftmaxOp>(scores, n.attr("axis", 1));
  case PostTransform::SoftmaxZero:
    return softmaxZero(n, scores);
  case PostTransform::Probit:
    return probit(n, scores);
  }
  llvm_unreachable("unknown post transform");
}

ClassLabels classLabels(Node &n, StringRef numbers, StringRef strings) {
  ClassLabels labels{n.intsAttr(numbers, kAnyInteger), n.stringsAttr(strings)};
  if (labels.numbers.empty() == labels.strings.empty())
    n.fail("attributes '" + numbers + "' and '" + strings + "' are " +
           (labels.strings.empty() ? "both absent" : "both given") +
           ", but one of them must name the classes");
  return labels;
}

void setLabels(Node &n, unsigned i, Value positions,
               const ClassLabels &labels) {
  n.set(i, positions);
  if (!labels.strings.empty())
    return n.setStrings(i, labels.strings);
  if (!llvm::equal(labels.numbers,
                   llvm::seq<int64_t>(0, labels.numbers.size())))
    n.set(i, n.make<nn::GatherOp>({n.integers(labels.numbers), positions},
                                  n.attr("axis", 0)));
}

Value bestColumn(Node &n, Value scores) {
  return n.make<nn::ArgReduceOp>(
      scores, {n.attr("kind", nn::ReduceKindAttr::get(n.context(), Kind::Max)),
               n.attr("axis", 1), n.attr("keepdims", false)});
}

} // namespace dlc::import
