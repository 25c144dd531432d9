//===- FitRow.cpp - The best weights of those that are allowed ------------===//

#include "compiler/calibrate/numbers/FitRow.h"

namespace dlc::calibrate {

std::vector<double> errorSlope(llvm::ArrayRef<double> weights,
                               llvm::ArrayRef<double> values,
                               const Matrix &metric) {
  std::vector<double> result(weights.size());
  for (size_t j = 0; j < weights.size(); ++j) {
    double error = weights[j] - values[j];
    if (error == 0)
      continue;
    llvm::ArrayRef<double> row = metric.row(static_cast<int64_t>(j));
    for (size_t i = 0; i < result.size(); ++i)
      result[i] += error * row[i];
  }
  return result;
}

double lossOf(llvm::ArrayRef<double> weights, llvm::ArrayRef<double> values,
              const Matrix &metric) {
  std::vector<double> slope = errorSlope(weights, values, metric);
  double loss = 0;
  for (size_t i = 0; i < weights.size(); ++i)
    loss += slope[i] * (weights[i] - values[i]);
  return loss;
}

/// A weight takes what the sum of its own and the earlier ones' errors asks
/// for.
static std::vector<double> withFeedback(llvm::ArrayRef<double> weights,
                                        const Matrix &factor, Allowed allowed) {
  std::vector<double> wanted(weights.begin(), weights.end());
  std::vector<double> values(weights.size());
  for (size_t i = 0; i < weights.size(); ++i) {
    values[i] = allowed(i, wanted[i]);
    double error = weights[i] - values[i];
    if (error == 0)
      continue;
    llvm::ArrayRef<double> row = factor.row(static_cast<int64_t>(i));
    for (size_t j = i + 1; j < weights.size(); ++j)
      wanted[j] += error * row[j];
  }
  return values;
}

/// Moves values while the loss falls.
static void descend(llvm::ArrayRef<double> weights, const Matrix &metric,
                    Allowed allowed, std::vector<double> &values) {
  constexpr int kMostSweeps = 20;
  std::vector<double> slope = errorSlope(weights, values, metric);
  bool moved = true;
  for (int sweep = 0; sweep < kMostSweeps && moved; ++sweep) {
    moved = false;
    for (size_t i = 0; i < weights.size(); ++i) {
      llvm::ArrayRef<double> row = metric.row(static_cast<int64_t>(i));
      if (!(row[i] > 0))
        continue;
      double better = allowed(i, values[i] + slope[i] / row[i]);
      double step = better - values[i];
      // A half of the step's square is what it costs by itself.
      if (step == 0 ||
          !(2 * step * slope[i] > step * step * row[i] * (1 + 1e-9)))
        continue;
      for (size_t j = 0; j < slope.size(); ++j)
        slope[j] -= step * row[j];
      values[i] = better;
      moved = true;
    }
  }
}

std::vector<double> fitRow(llvm::ArrayRef<double> weights, const Matrix &metric,
                           const Matrix &factor, Allowed allowed) {
  std::vector<double> start;
  for (size_t i = 0; i < weights.size(); ++i)
    start.push_back(allowed(i, weights[i]));
  if (factor.n != 0) {
    std::vector<double> other = withFeedback(weights, factor, allowed);
    if (lossOf(weights, other, metric) < lossOf(weights, start, metric))
      start = std::move(other);
  }
  descend(weights, metric, allowed, start);
  return start;
}

} // namespace dlc::calibrate
