//===- LayerMoments.cpp - Which weights come nearest ----------------------===//

#include "compiler/calibrate/LayerMoments.h"
#include <algorithm>

namespace dlc::calibrate {

/// What is added to the diagonal, as a part of its mean; as much again for each
/// column that a row has to stand for.
static constexpr double kDamping = 0.1;
/// Rows of operands that moments are taken of, but at least some for each of
/// their columns.
static constexpr int64_t kMostRows = 8192, kRowsForColumn = 4;

static void damp(Moments &moments) {
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
}

Moments layerMoments(const Windows &windows, int64_t group,
                     const Activations::Values &x, const Activations::Values &q,
                     bool aboutMeans) {
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
  damp(moments);
  return moments;
}

std::vector<std::vector<double>>
wantedRows(const Moments &moments, llvm::ArrayRef<std::vector<float>> rows) {
  int64_t n = moments.qq.n;
  std::vector<std::vector<double>> wanted(rows.size(), std::vector<double>(n));
  for (size_t r = 0; r < rows.size(); ++r)
    for (int64_t i = 0; i < n; ++i)
      for (int64_t j = 0; j < n; ++j)
        wanted[r][i] += moments.qx.at(i, j) * rows[r][j];
  if (!solveRows(moments.qq, wanted))
    for (size_t r = 0; r < rows.size(); ++r)
      wanted[r].assign(rows[r].begin(), rows[r].end());
  return wanted;
}

double biasShift(const Moments &moments, llvm::ArrayRef<float> row,
                 llvm::ArrayRef<double> values) {
  double shift = 0;
  for (size_t i = 0; i < values.size(); ++i)
    shift += row[i] * moments.meanX[i] - values[i] * moments.meanQ[i];
  return shift;
}

} // namespace dlc::calibrate
