//===- ImportSvm.cpp - Support vector machines ----------------------------===//
//
// Kernels of samples and support vectors, [N, S], are one product with a
// constant matrix; what is decided between two classes is a column of another.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/classical/Classical.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using Predicate = dlc::nn::ComparePredicate;
using Kind = dlc::nn::ReduceKind;

namespace dlc::import {

namespace {
Value power(Node &n, Value x, double exponent) {
  if (exponent == 1)
    return x;
  if (exponent == 2)
    return n.mul(x, x);
  if (exponent == 3)
    return n.mul(n.mul(x, x), x);
  return n.binary<nn::PowOp>(x, n.scalarLike(x, exponent));
}

/// The kernel of each row of `x`, [N, F], and each of the vectors: [N, count].
Value kernels(Node &n, Value x, ArrayRef<double> vectors, int64_t count) {
  std::string kind = n.choiceAttr("kernel_type", "LINEAR",
                                  {"LINEAR", "POLY", "RBF", "SIGMOID"});
  SmallVector<double> parameters = n.floatsAttr("kernel_params");
  if (parameters.size() != 3 && (kind != "LINEAR" || !parameters.empty()))
    n.fail("attribute 'kernel_params' has " +
           counted(parameters.size(), "entry", "entries") +
           ", but must have 3: gamma, coef0 and degree");
  int64_t features = Node::shapeOf(x)[1], samples = Node::shapeOf(x)[0];
  Type element = Node::elementOf(x);
  if (kind == "RBF") {
    // Differences themselves: their squares taken apart would cancel.
    Value difference = n.sub(n.reshape(x, {samples, 1, features}),
                             n.numbers(vectors, {count, features}, element));
    Value squares = n.reduce(Kind::Sum, n.mul(difference, difference), {2},
                             /*keepdims=*/false);
    return n.unary<nn::ExpOp>(n.mul(squares, -parameters[0]));
  }
  SmallVector<double> columns(vectors.size());
  for (int64_t v = 0; v < count; ++v)
    for (int64_t f = 0; f < features; ++f)
      columns[f * count + v] = vectors[v * features + f];
  Value product = n.matmul(x, n.numbers(columns, {features, count}, element));
  if (kind == "LINEAR")
    return product;
  product = n.add(n.mul(product, parameters[0]), parameters[1]);
  return kind == "POLY" ? power(n, product, parameters[2])
                        : n.unary<nn::TanhOp>(product);
}

/// Fails unless `entries` of an attribute are rows of as many features as the
/// input has; their number.
int64_t rowsOf(Node &n, StringRef name, size_t entries, int64_t features) {
  if (entries == 0 || entries % features != 0)
    n.fail("attribute '" + name + "' has " +
           counted(entries, "entry", "entries") +
           ", but must have rows of the input's " +
           counted(features, "feature", "features"));
  return static_cast<int64_t>(entries) / features;
}
} // namespace

void importSVMRegressor(Node &n) {
  Value x = featureRows(n);
  int64_t features = Node::shapeOf(x)[1];
  SmallVector<double> vectors = n.floatsAttr("support_vectors"),
                      coefficients = n.floatsAttr("coefficients"),
                      rho = n.floatsAttr("rho");
  int64_t supports = n.intAttr("n_supports", 0, kSizeOrZero);
  if (rho.size() != 1)
    n.fail("attribute 'rho' has " + counted(rho.size(), "entry", "entries") +
           ", but must have 1");
  Value seen = x;
  int64_t inputs = features;
  if (supports > 0) {
    if (rowsOf(n, "support_vectors", vectors.size(), features) != supports)
      n.fail("attribute 'support_vectors' has " +
             Twine(vectors.size() / features) + " rows, but 'n_supports' is " +
             Twine(supports));
    seen = kernels(n, x, vectors, supports);
    inputs = supports;
  } else if (n.choiceAttr("kernel_type", "LINEAR",
                          {"LINEAR", "POLY", "RBF", "SIGMOID"}) != "LINEAR") {
    n.fail("attribute 'n_supports' is 0, which only a LINEAR kernel allows");
  }
  n.ignore({"kernel_params"});
  if (static_cast<int64_t>(coefficients.size()) != inputs)
    n.fail("attribute 'coefficients' has " +
           counted(coefficients.size(), "entry", "entries") +
           ", but must have " + Twine(inputs));
  Type element = Node::elementOf(x);
  Value y = n.matmul(seen, n.numbers(coefficients, {inputs, 1}, element));
  y = n.add(y, rho[0]);
  PostTransform transform = postTransformAttr(n);
  if (transform != PostTransform::None)
    n.fail("attribute 'post_transform' must be NONE for one target: ONNX's "
           "definition and onnxruntime differ in what others mean");
  if (n.intAttr("one_class", 0, {0, 1}))
    y = n.select(n.compare(Predicate::GT, y, n.scalarLike(y, 0)),
                 n.scalarLike(y, 1), n.scalarLike(y, -1));
  n.set(n.cast(y, n.f32()));
}

namespace {
/// Votes between each two classes, as libsvm has them.
class PairVotes {
public:
  PairVotes(Node &n, Value x, int64_t classes)
      : n(n), x(x), classes(classes), pairs(classes * (classes - 1) / 2),
        perClass(n.intsAttr("vectors_per_class", kSizeOrZero)) {
    if (static_cast<int64_t>(perClass.size()) != classes)
      n.fail("attribute 'vectors_per_class' has " +
             counted(perClass.size(), "entry", "entries") + ", but there are " +
             counted(classes, "class", "classes"));
    for (int64_t count : perClass)
      vectors += count;
  }

  /// [N, pairs]: above 0 where the first class of the pair has it.
  Value scores() {
    int64_t features = Node::shapeOf(x)[1];
    SmallVector<double> support = n.floatsAttr("support_vectors"),
                        coefficients = n.floatsAttr("coefficients"),
                        rho = n.floatsAttr("rho");
    if (rowsOf(n, "support_vectors", support.size(), features) != vectors)
      n.fail("attribute 'support_vectors' has " +
             Twine(support.size() / features) +
             " rows, but 'vectors_per_class' adds up to " + Twine(vectors));
    if (static_cast<int64_t>(coefficients.size()) != vectors * (classes - 1))
      n.fail("attribute 'coefficients' has " +
             counted(coefficients.size(), "entry", "entries") +
             ", but must have " + Twine(vectors * (classes - 1)) +
             ", a row of vectors for each class but one");
    if (static_cast<int64_t>(rho.size()) != pairs)
      n.fail("attribute 'rho' has " + counted(rho.size(), "entry", "entries") +
             ", but must have " + Twine(pairs) + ", one for each two classes");
    // Row j - 1 has class i's coefficients against class j > i, and row i those
    // of class j against class i.
    SmallVector<double> matrix(vectors * pairs, 0);
    int64_t pair = 0;
    for (int64_t i = 0; i < classes; ++i)
      for (int64_t j = i + 1; j < classes; ++j, ++pair) {
        fill(matrix, coefficients, pair, i, j - 1);
        fill(matrix, coefficients, pair, j, i);
      }
    Type element = Node::elementOf(x);
    Value seen = kernels(n, x, support, vectors);
    return n.add(n.matmul(seen, n.numbers(matrix, {vectors, pairs}, element)),
                 n.numbers(rho, {pairs}, element));
  }

  /// The class with the most votes; of equal ones the first.
  Value winner(Value scores) {
    Type element = Node::elementOf(scores);
    SmallVector<double> first(pairs * classes, 0), second(pairs * classes, 0);
    int64_t pair = 0;
    for (int64_t i = 0; i < classes; ++i)
      for (int64_t j = i + 1; j < classes; ++j, ++pair) {
        first[pair * classes + i] = 1;
        second[pair * classes + j] = 1;
      }
    Value wins = n.cast(
        n.compare(Predicate::GT, scores, n.scalarLike(scores, 0)), element);
    Value losses = n.sub(n.scalarLike(scores, 1), wins);
    Value votes =
        n.add(n.matmul(wins, n.numbers(first, {pairs, classes}, element)),
              n.matmul(losses, n.numbers(second, {pairs, classes}, element)));
    return bestColumn(n, votes);
  }

private:
  void fill(SmallVectorImpl<double> &matrix, ArrayRef<double> coefficients,
            int64_t pair, int64_t owner, int64_t row) const {
    int64_t start = 0;
    for (int64_t i = 0; i < owner; ++i)
      start += perClass[i];
    for (int64_t v = start; v < start + perClass[owner]; ++v)
      matrix[v * pairs + pair] = coefficients[row * vectors + v];
  }

  Node &n;
  Value x;
  int64_t classes, pairs, vectors = 0;
  Ints perClass;
};
} // namespace

namespace {
/// That a sample is of the first class of each two, [N, pairs], if the model
/// says how: 1 / (1 + exp(prob_a * score + prob_b)).
Value pairProbabilities(Node &n, Value scores) {
  SmallVector<double> a = n.floatsAttr("prob_a"), b = n.floatsAttr("prob_b");
  if (a.empty() && b.empty())
    return nullptr;
  int64_t pairs = Node::shapeOf(scores)[1];
  if (static_cast<int64_t>(a.size()) != pairs || a.size() != b.size())
    n.fail("attributes 'prob_a' and 'prob_b' have " + Twine(a.size()) +
           " and " + Twine(b.size()) + " entries, but must have " +
           Twine(pairs) + ", one for each two classes");
  Type element = Node::elementOf(scores);
  Value inside = n.add(n.mul(scores, n.numbers(a, {pairs}, element)),
                       n.numbers(b, {pairs}, element));
  Value first = n.sub(n.scalar(element, 1), n.unary<nn::SigmoidOp>(inside));
  return n.clip(first, 1e-7f, 1 - 1e-7f);
}
} // namespace

void importSVMClassifier(Node &n) {
  Value x = featureRows(n);
  ClassLabels labels =
      classLabels(n, "classlabels_ints", "classlabels_strings");
  int64_t classes = labels.size();
  PostTransform transform = postTransformAttr(n);
  if (classes < 2)
    n.fail("the node names 1 class, but decides between two or more");
  PairVotes votes(n, x, classes);
  Value scores = votes.scores();
  if (Value pairs = pairProbabilities(n, scores)) {
    Value probabilities = coupled(n, pairs, classes);
    setLabels(n, 0, votes.winner(scores), labels);
    return n.set(1, n.cast(transformed(n, probabilities, transform), n.f32()));
  }
  setLabels(n, 0, votes.winner(scores), labels);
  if (classes > 2)
    return n.set(1, n.cast(transformed(n, scores, transform), n.f32()));
  // onnxruntime gives the score of the one pair in its second column.
  Value other = n.unary<nn::NegOp>(scores);
  if (transform == PostTransform::Probit)
    n.fail("attribute 'post_transform' is PROBIT for two classes, which "
           "onnxruntime leaves undefined");
  if (transform == PostTransform::Logistic)
    return n.set(1,
                 n.cast(transformed(n, n.concat({other, scores}, 1), transform),
                        n.f32()));
  if (transform != PostTransform::None)
    other = n.sub(n.scalarLike(scores, 1), scores);
  n.set(1, n.cast(n.concat({other, scores}, 1), n.f32()));
}

} // namespace dlc::import
