//===- RoundByLayers.cpp - Weights that make up for what went before ------===//
//
// A layer's results W x + b are to stay what they are where its input is q in
// place of x. With M = E[q x^T] and G = E[q q^T] about the means, the weights
// that come nearest are W M^T G^-1, and what integers near them lose is
// measured by G. Directions that the samples do not have keep their weights: a
// part of G's diagonal is added to both matrices.
//
//===----------------------------------------------------------------------===//

#include "compiler/calibrate/Activations.h"
#include "compiler/calibrate/LayerConstants.h"
#include "compiler/calibrate/Subject.h"
#include "compiler/calibrate/graph/Windows.h"
#include "compiler/calibrate/numbers/RoundRow.h"

using namespace dlc::import;

namespace dlc::calibrate {

namespace {
/// What is added to the diagonal, as a part of its mean; as much again for each
/// column that a row has to stand for.
constexpr double kDamping = 0.1;
/// Rows of operands that moments are taken of, but at least some for each of
/// their columns.
constexpr int64_t kMostRows = 8192, kRowsForColumn = 4;
/// Bytes of activations that are kept.
constexpr int64_t kMostBytes = int64_t(1) << 29;

class LayerRounder {
public:
  LayerRounder(const Subject &subject, QuantisationPlan &plan)
      : subject(subject), plan(plan), samples(someSamples()),
        floats(samples, subject.compile), integers(samples, subject.compile) {}

  llvm::Error run() {
    for (const Layer &layer : subject.layers)
      if (layer.kind == LayerKind::Products &&
          !plan.floatNodes.count(layer.nodes.front()))
        if (llvm::Error error = round(layer))
          return error;
    return llvm::Error::success();
  }

private:
  /// As many as there is room for.
  llvm::ArrayRef<Sample> someSamples() const {
    int64_t each = 1;
    for (const Layer &layer : subject.layers)
      if (layer.kind == LayerKind::Products) {
        int64_t size = 2 * sizeof(float);
        for (int64_t dimension :
             *subject.reference->shape(layer.inputs.front()))
          size *= dimension;
        each += size;
      }
    auto most = static_cast<size_t>(std::max<int64_t>(1, kMostBytes / each));
    llvm::ArrayRef<Sample> all(subject.data.samples);
    return all.take_front(most);
  }

  llvm::Error round(const Layer &layer) {
    const std::string &input = layer.inputs.front();
    const Activations::Values *x = floats.get(subject.graph, input);
    Graph quantised = insertQdq(subject.graph, plan);
    const Activations::Values *q =
        x ? integers.get(quantised, dequantisedName(quantised, input))
          : nullptr;
    if (!q)
      return alreadySaid();
    Windows windows(subject.graph, layer, *subject.reference->shape(input));
    int bits = subject.weightBits(layer, plan);
    LayerConstants made(subject.graph, layer, bits);
    int64_t each = made.rows().count() / windows.groups();
    for (int64_t group = 0; group < windows.groups(); ++group) {
      Moments moments = momentsOf(windows, group, *x, *q, made.hasBias());
      roundGroup(moments, group * each, each,
                 plan.tensors.at(input).affine.scale, made);
    }
    made.moveTo(plan);
    return llvm::Error::success();
  }

  Moments momentsOf(const Windows &windows, int64_t group,
                    const Activations::Values &x, const Activations::Values &q,
                    bool aboutMeans) const {
    Moments moments(windows.width());
    int64_t rows = windows.positions() * static_cast<int64_t>(x.size());
    int64_t most = std::max(kMostRows, kRowsForColumn * windows.width());
    int64_t every = (rows + most - 1) / most;
    std::vector<float> left, right;
    for (int64_t i = 0; i < rows; i += every) {
      auto sample = static_cast<size_t>(i / windows.positions());
      int64_t position = i % windows.positions();
      windows.append(x[sample], group, position, left);
      windows.append(q[sample], group, position, right);
      if (left.size() < static_cast<size_t>(64 * windows.width()) &&
          i + every < rows)
        continue;
      moments.add(left, right);
      left.clear();
      right.clear();
    }
    moments.finish(aboutMeans);
    return moments;
  }

  void roundGroup(Moments &moments, int64_t first, int64_t count, float unit,
                  LayerConstants &made) const {
    int64_t n = moments.qq.n;
    double mean = 0;
    for (int64_t i = 0; i < n; ++i)
      mean += moments.qq.at(i, i) / static_cast<double>(n);
    double columns = static_cast<double>(n) /
                     static_cast<double>(std::max<int64_t>(moments.count(), 1));
    double damping = kDamping * (1 + columns) * mean;
    // An input that is always the same says nothing.
    damping = std::max(damping, 1e-20);
    for (int64_t i = 0; i < n; ++i) {
      moments.qq.at(i, i) += damping;
      moments.qx.at(i, i) += damping;
    }
    std::vector<std::vector<double>> wanted(count, std::vector<double>(n));
    for (int64_t r = 0; r < count; ++r) {
      std::vector<float> row = made.row(first + r);
      for (int64_t i = 0; i < n; ++i)
        for (int64_t j = 0; j < n; ++j)
          wanted[r][i] += moments.qx.at(i, j) * row[j];
    }
    bool solved = solveRows(moments.qq, wanted);
    Matrix factor = upperFactor(moments.qq);
    for (int64_t r = 0; r < count; ++r) {
      std::vector<float> row = made.row(first + r);
      if (!solved)
        wanted[r].assign(row.begin(), row.end());
      roundOne(moments, factor, row, wanted[r], first + r, unit, made);
    }
  }

  void roundOne(const Moments &moments, const Matrix &factor,
                llvm::ArrayRef<float> row, llvm::ArrayRef<double> wanted,
                int64_t r, float unit, LayerConstants &made) const {
    int bits = made.bits();
    std::vector<float> near(wanted.begin(), wanted.end());
    Affine affine = rowAffine(near, bits, made.bias(r), unit);
    float least = leastScale(made.bias(r), unit);
    if (bits < 8)
      --affine.least; // every integer counts
    affine.scale = std::max(searchScale(wanted, affine, moments.qq), least);
    std::vector<int32_t> integers =
        roundRow(wanted, affine, moments.qq, factor);
    double loss = lossOf(wanted, affine.scale, integers, moments.qq);
    Affine fitted = affine;
    fitted.scale = std::max(
        static_cast<float>(fittedScale(wanted, integers, moments.qq)), least);
    std::vector<int32_t> other = roundRow(wanted, fitted, moments.qq, factor);
    if (lossOf(wanted, fitted.scale, other, moments.qq) < loss) {
      affine = fitted;
      integers = std::move(other);
    }
    double bias = made.bias(r);
    for (size_t i = 0; i < integers.size(); ++i)
      bias += row[i] * moments.meanX[i] - static_cast<double>(affine.scale) *
                                              integers[i] * moments.meanQ[i];
    made.set(r, integers, affine.scale, bias, unit);
  }

  const Subject &subject;
  QuantisationPlan &plan;
  llvm::ArrayRef<Sample> samples;
  Activations floats, integers;
};
} // namespace

llvm::Error roundByLayers(const Subject &subject, QuantisationPlan &plan) {
  return LayerRounder(subject, plan).run();
}

} // namespace dlc::calibrate
