//===- RoundByLayers.cpp - Weights that make up for what went before ------===//
//
// A layer's results are to stay what they are where its input is what the
// layers before it compute as they have been quantised (LayerMoments.h).
//
//===----------------------------------------------------------------------===//

#include "compiler/calibrate/Activations.h"
#include "compiler/calibrate/LayerConstants.h"
#include "compiler/calibrate/LayerMoments.h"
#include "compiler/calibrate/Subject.h"
#include "compiler/calibrate/numbers/RoundRow.h"

using namespace dlc::import;

namespace dlc::calibrate {

namespace {
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
      Moments moments = layerMoments(windows, group, *x, *q, made.hasBias());
      roundGroup(moments, group * each, each,
                 plan.tensors.at(input).affine.scale, made);
    }
    made.moveTo(plan);
    return llvm::Error::success();
  }

  static void roundGroup(const Moments &moments, int64_t first, int64_t count,
                         float unit, LayerConstants &made) {
    std::vector<std::vector<float>> rows;
    for (int64_t r = 0; r < count; ++r)
      rows.push_back(made.row(first + r));
    if (made.structure() != Structure::None)
      return roundEach(moments, rows, first, unit, made);
    std::vector<std::vector<double>> wanted = wantedRows(moments, rows);
    Matrix factor = upperFactor(moments.qq);
    for (int64_t r = 0; r < count; ++r)
      roundOne(moments, factor, rows[r], wanted[r], first + r, unit, made);
  }

  /// Weights with a structure stay near what they are; the bias takes the
  /// difference of the means.
  static void roundEach(const Moments &moments,
                        llvm::ArrayRef<std::vector<float>> rows, int64_t first,
                        float unit, LayerConstants &made) {
    for (auto [r, row] : llvm::enumerate(rows)) {
      auto number = first + static_cast<int64_t>(r);
      LayerConstants::Row near = made.nearest(number, unit);
      double bias = made.bias(number) +
                    biasShift(moments, row, scaled(near.integers, near.scale));
      made.set(number, near.integers, near.scale, bias, unit);
    }
  }

  static void roundOne(const Moments &moments, const Matrix &factor,
                       llvm::ArrayRef<float> row, llvm::ArrayRef<double> wanted,
                       int64_t r, float unit, LayerConstants &made) {
    int bits = made.bits();
    std::vector<float> near(wanted.begin(), wanted.end());
    Affine affine = rowAffine(near, bits, made.bias(r), unit);
    if (bits < 8)
      --affine.least; // every integer counts
    RoundedRow rounded = roundWithScale(
        wanted, affine, leastScale(made.bias(r), unit), moments.qq, factor);
    double bias =
        made.bias(r) +
        biasShift(moments, row, scaled(rounded.integers, rounded.affine.scale));
    made.set(r, rounded.integers, rounded.affine.scale, bias, unit);
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
