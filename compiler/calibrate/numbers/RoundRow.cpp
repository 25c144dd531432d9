//===- RoundRow.cpp - Weights rounded together ----------------------------===//

#include "compiler/calibrate/numbers/RoundRow.h"

namespace dlc::calibrate {

static int32_t nearest(double x, const Affine &affine) {
  return static_cast<int32_t>(
      std::clamp<double>(std::nearbyint(x), affine.least, affine.greatest));
}

std::vector<double> scaled(llvm::ArrayRef<int32_t> integers, double scale) {
  std::vector<double> values;
  for (int32_t integer : integers)
    values.push_back(scale * integer);
  return values;
}

double lossOf(llvm::ArrayRef<double> weights, double scale,
              llvm::ArrayRef<int32_t> integers, const Matrix &metric) {
  return lossOf(weights, scaled(integers, scale), metric);
}

std::vector<int32_t> roundRow(llvm::ArrayRef<double> weights,
                              const Affine &affine, const Matrix &metric,
                              const Matrix &factor) {
  double scale = affine.scale;
  std::vector<double> values =
      fitRow(weights, metric, factor, [&](size_t, double x) {
        return scale * nearest(x / scale, affine);
      });
  std::vector<int32_t> integers;
  for (double value : values)
    integers.push_back(nearest(value / scale, affine));
  return integers;
}

float searchScale(llvm::ArrayRef<double> weights, const Affine &largest,
                  const Matrix &metric) {
  // Less than half of the range never pays: every second weight is clamped.
  constexpr int kSteps = 50, kLeast = 20;
  double best = 0;
  float result = largest.scale;
  for (int k = kSteps; k >= kLeast; --k) {
    Affine affine = largest;
    affine.scale = largest.scale * static_cast<float>(k) / kSteps;
    double loss = 0;
    for (size_t i = 0; i < weights.size(); ++i) {
      double error =
          weights[i] - static_cast<double>(affine.scale) *
                           nearest(weights[i] / affine.scale, affine);
      loss += error * error * metric.at(i, i);
    }
    if (k == kSteps || loss < best) {
      best = loss;
      result = affine.scale;
    }
  }
  return result;
}

double fittedScale(llvm::ArrayRef<double> weights,
                   llvm::ArrayRef<int32_t> integers, const Matrix &metric) {
  std::vector<double> zeros(weights.size());
  // metric * weights and metric * integers
  std::vector<double> ofWeights = errorSlope(weights, zeros, metric),
                      ofIntegers =
                          errorSlope(scaled(integers, 1), zeros, metric);
  double cross = 0, square = 0;
  for (size_t i = 0; i < weights.size(); ++i) {
    cross += integers[i] * ofWeights[i];
    square += integers[i] * ofIntegers[i];
  }
  return square > 0 ? cross / square : 0;
}

RoundedRow roundWithScale(llvm::ArrayRef<double> weights, const Affine &largest,
                          float least, const Matrix &metric,
                          const Matrix &factor) {
  Affine affine = largest;
  affine.scale = std::max(searchScale(weights, affine, metric), least);
  std::vector<int32_t> integers = roundRow(weights, affine, metric, factor);
  Affine fitted = affine;
  fitted.scale = std::max(
      static_cast<float>(fittedScale(weights, integers, metric)), least);
  std::vector<int32_t> other = roundRow(weights, fitted, metric, factor);
  if (lossOf(weights, fitted.scale, other, metric) <
      lossOf(weights, affine.scale, integers, metric))
    return {fitted, std::move(other)};
  return {affine, std::move(integers)};
}

} // namespace dlc::calibrate
