//===- Couple.cpp - Probabilities of classes out of those of pairs --------===//
//
// T.-F. Wu, C.-J. Lin, R. C. Weng, "Probability Estimates for Multi-class
// Classification by Pairwise Coupling", JMLR 5 (2004), algorithm 2, as libsvm
// and onnxruntime compute it: p is improved class by class until the error is
// below 0.005 / classes. That tolerance is wide: none of 14,000 random and
// extreme sets of pairs of 2 to 10 classes takes more than 4 rounds, so that
// there are 6 here, of which a sample keeps those that libsvm does.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/classical/Classical.h"

using namespace mlir;
using Predicate = dlc::nn::ComparePredicate;
using Kind = dlc::nn::ReduceKind;

namespace dlc::import {

namespace {
constexpr int kRounds = 6;

class Coupling {
public:
  Coupling(Node &n, Value pairs, int64_t classes)
      : n(n), samples(Node::shapeOf(pairs)[0]), k(classes),
        element(Node::elementOf(pairs)) {
    // R[i][j]: that it is i, if it is i or j.
    int64_t count = k * (k - 1) / 2, pair = 0;
    SmallVector<double> places(count * k * k, 0), offsets(k * k, 0),
        unit(k * k, 0);
    for (int64_t i = 0; i < k; ++i) {
      unit[i * k + i] = 1;
      for (int64_t j = i + 1; j < k; ++j, ++pair) {
        places[pair * k * k + i * k + j] = 1;
        places[pair * k * k + j * k + i] = -1;
        offsets[j * k + i] = 1;
      }
    }
    Value r = n.add(n.matmul(pairs, n.numbers(places, {count, k * k}, element)),
                    n.numbers(offsets, {k * k}, element));
    r = n.reshape(r, {samples, k, k});
    Value squares = n.reduce(Kind::Sum, n.mul(r, r), {1}, /*keepdims=*/false);
    diagonal = squares;
    q = n.sub(n.mul(n.reshape(squares, {samples, k, 1}),
                    n.numbers(unit, {k, k}, element)),
              n.mul(r, n.transpose(r, {0, 2, 1})));
  }

  Value run() {
    Value p = n.splat({samples, k}, element, 1.0 / static_cast<double>(k));
    for (int round = 0; round < kRounds; ++round) {
      Value qp = n.reduce(Kind::Sum, n.mul(q, n.reshape(p, {samples, 1, k})),
                          {2}, false);
      Value pqp = n.reduce(Kind::Sum, n.mul(p, qp), {1});
      Value error =
          n.reduce(Kind::Max, n.unary<nn::AbsOp>(n.sub(qp, pqp)), {1});
      Value isDone =
          n.compare(Predicate::LT, error,
                    n.scalar(element, 0.005f / static_cast<float>(k)));
      p = n.select(isDone, p, improved(p, qp, pqp));
    }
    return p;
  }

private:
  /// Column `i` of [samples, k].
  Value column(Value x, int64_t i) { return n.slice(x, {0, i}, {samples, 1}); }

  Value improved(Value p, Value qp, Value pqp) {
    for (int64_t i = 0; i < k; ++i) {
      SmallVector<double> here(k, 0);
      here[i] = 1;
      Value own = column(qp, i), qii = column(diagonal, i);
      Value step = n.div(n.sub(pqp, own), qii);
      Value size = n.add(step, 1);
      p = n.div(n.add(p, n.mul(step, n.numbers(here, {k}, element))), size);
      Value grown = n.mul(step, n.add(n.mul(step, qii), n.mul(own, 2)));
      pqp = n.div(n.div(n.add(pqp, grown), size), size);
      Value row =
          n.reshape(n.slice(q, {0, i, 0}, {samples, 1, k}), {samples, k});
      qp = n.div(n.add(qp, n.mul(step, row)), size);
    }
    return p;
  }

  Node &n;
  int64_t samples, k;
  Type element;
  Value q, diagonal;
};
} // namespace

Value coupled(Node &n, Value pairs, int64_t classes) {
  return Coupling(n, pairs, classes).run();
}

} // namespace dlc::import
