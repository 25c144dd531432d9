//===- RoundRow.cpp - Weights rounded together ----------------------------===//

#include "compiler/calibrate/numbers/RoundRow.h"

namespace dlc::calibrate {

static int32_t nearest(double x, const Affine &affine) {
  return static_cast<int32_t>(
      std::clamp<double>(std::nearbyint(x), affine.least, affine.greatest));
}

/// metric * (weights - scale * integers)
static std::vector<double> gradient(llvm::ArrayRef<double> weights,
                                    double scale,
                                    llvm::ArrayRef<int32_t> integers,
                                    const Matrix &metric) {
  std::vector<double> result(weights.size());
  for (size_t j = 0; j < weights.size(); ++j) {
    double error = weights[j] - scale * integers[j];
    llvm::ArrayRef<double> row = metric.row(static_cast<int64_t>(j));
    for (size_t i = 0; i < result.size(); ++i)
      result[i] += error * row[i];
  }
  return result;
}

double lossOf(llvm::ArrayRef<double> weights, double scale,
              llvm::ArrayRef<int32_t> integers, const Matrix &metric) {
  std::vector<double> slope = gradient(weights, scale, integers, metric);
  double loss = 0;
  for (size_t i = 0; i < weights.size(); ++i)
    loss += slope[i] * (weights[i] - scale * integers[i]);
  return loss;
}

/// A weight takes what the sum of its own and the earlier ones' errors asks
/// for.
static std::vector<int32_t> withFeedback(llvm::ArrayRef<double> weights,
                                         const Affine &affine,
                                         const Matrix &factor) {
  std::vector<double> wanted(weights.begin(), weights.end());
  std::vector<int32_t> integers(weights.size());
  for (size_t i = 0; i < weights.size(); ++i) {
    integers[i] = nearest(wanted[i] / affine.scale, affine);
    double error = weights[i] - static_cast<double>(affine.scale) * integers[i];
    llvm::ArrayRef<double> row = factor.row(static_cast<int64_t>(i));
    for (size_t j = i + 1; j < weights.size(); ++j)
      wanted[j] += error * row[j];
  }
  return integers;
}

/// Moves integers while the loss falls.
static void descend(llvm::ArrayRef<double> weights, const Affine &affine,
                    const Matrix &metric, std::vector<int32_t> &integers) {
  constexpr int kMostSweeps = 20;
  double scale = affine.scale;
  std::vector<double> slope = gradient(weights, scale, integers, metric);
  bool moved = true;
  for (int sweep = 0; sweep < kMostSweeps && moved; ++sweep) {
    moved = false;
    for (size_t i = 0; i < weights.size(); ++i) {
      llvm::ArrayRef<double> row = metric.row(static_cast<int64_t>(i));
      int32_t better =
          nearest(integers[i] + slope[i] / (scale * row[i]), affine);
      double step = scale * (better - integers[i]);
      // A half of the step's square is what it costs by itself.
      if (better == integers[i] ||
          !(2 * step * slope[i] > step * step * row[i] * (1 + 1e-9)))
        continue;
      for (size_t j = 0; j < slope.size(); ++j)
        slope[j] -= step * row[j];
      integers[i] = better;
      moved = true;
    }
  }
}

std::vector<int32_t> roundRow(llvm::ArrayRef<double> weights,
                              const Affine &affine, const Matrix &metric,
                              const Matrix &factor) {
  std::vector<int32_t> start;
  for (double weight : weights)
    start.push_back(nearest(weight / affine.scale, affine));
  if (factor.n != 0) {
    std::vector<int32_t> other = withFeedback(weights, affine, factor);
    if (lossOf(weights, affine.scale, other, metric) <
        lossOf(weights, affine.scale, start, metric))
      start = std::move(other);
  }
  descend(weights, affine, metric, start);
  return start;
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
  // metric * weights and metric * integers, with the sign of the latter.
  std::vector<double> ofWeights = gradient(weights, 0, integers, metric),
                      ofIntegers = gradient(zeros, -1, integers, metric);
  double cross = 0, square = 0;
  for (size_t i = 0; i < weights.size(); ++i) {
    cross += integers[i] * ofWeights[i];
    square += integers[i] * ofIntegers[i];
  }
  return square > 0 ? cross / square : 0;
}

} // namespace dlc::calibrate
