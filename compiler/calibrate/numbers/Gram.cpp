//===- Gram.cpp - What a layer's inputs have in common --------------------===//

#include "compiler/calibrate/numbers/Gram.h"
#include <algorithm>
#include <cmath>

namespace dlc::calibrate {

/// to += a^T b of `rows` rows each, some at a time so that `to` is not written
/// for each of them.
static void addProduct(Matrix &to, llvm::ArrayRef<float> a,
                       llvm::ArrayRef<float> b, bool upperOnly) {
  constexpr int64_t kTogether = 8;
  int64_t n = to.n, rows = static_cast<int64_t>(a.size()) / n;
  for (int64_t r = 0; r < rows; r += kTogether) {
    int64_t count = std::min(kTogether, rows - r);
    for (int64_t i = 0; i < n; ++i) {
      double *out = &to.at(i, 0);
      for (int64_t k = 0; k < count; ++k) {
        double left = a[(r + k) * n + i];
        if (left == 0)
          continue;
        const float *right = b.data() + (r + k) * n;
        for (int64_t j = upperOnly ? i : 0; j < n; ++j)
          out[j] += left * right[j];
      }
    }
  }
}

void Moments::add(llvm::ArrayRef<float> x, llvm::ArrayRef<float> q) {
  int64_t n = qq.n;
  for (size_t i = 0; i < x.size(); ++i) {
    meanX[i % n] += x[i];
    meanQ[i % n] += q[i];
  }
  addProduct(qq, q, q, /*upperOnly=*/true);
  addProduct(qx, q, x, /*upperOnly=*/false);
  rows += static_cast<int64_t>(x.size()) / n;
}

void Moments::finish(bool aboutMeans) {
  auto count = static_cast<double>(std::max<int64_t>(rows, 1));
  for (int64_t i = 0; i < qq.n; ++i) {
    meanX[i] *= aboutMeans ? 1 / count : 0;
    meanQ[i] *= aboutMeans ? 1 / count : 0;
  }
  for (int64_t i = 0; i < qq.n; ++i)
    for (int64_t j = 0; j < qq.n; ++j) {
      if (j >= i)
        qq.at(i, j) = qq.at(j, i) = qq.at(i, j) / count - meanQ[i] * meanQ[j];
      qx.at(i, j) = qx.at(i, j) / count - meanQ[i] * meanX[j];
    }
}

Matrix upperFactor(const Matrix &matrix) {
  // From the last column on: what is left of the others has it taken out.
  int64_t n = matrix.n;
  Matrix left = matrix, factor(n);
  for (int64_t k = n - 1; k >= 0; --k) {
    double pivot = left.at(k, k);
    if (!(pivot > 0))
      return Matrix();
    for (int64_t i = 0; i < k; ++i)
      factor.at(i, k) = left.at(i, k) / pivot;
    for (int64_t i = 0; i < k; ++i) {
      double f = factor.at(i, k);
      if (f == 0)
        continue;
      const double *column = &left.at(k, 0);
      double *row = &left.at(i, 0);
      for (int64_t j = 0; j <= i; ++j)
        row[j] -= f * column[j];
    }
    // The matrix is symmetric: its upper part follows.
    for (int64_t i = 0; k > 0 && i < k - 1; ++i)
      left.at(i, k - 1) = left.at(k - 1, i);
  }
  return factor;
}

bool solveRows(const Matrix &matrix, std::vector<std::vector<double>> &right) {
  int64_t n = matrix.n;
  Matrix lower(n); // Cholesky's
  for (int64_t i = 0; i < n; ++i)
    for (int64_t j = 0; j <= i; ++j) {
      double sum = matrix.at(i, j);
      for (int64_t k = 0; k < j; ++k)
        sum -= lower.at(i, k) * lower.at(j, k);
      if (i == j && !(sum > 0))
        return false;
      lower.at(i, j) = i == j ? std::sqrt(sum) : sum / lower.at(j, j);
    }
  for (std::vector<double> &row : right) {
    for (int64_t i = 0; i < n; ++i) {
      for (int64_t k = 0; k < i; ++k)
        row[i] -= lower.at(i, k) * row[k];
      row[i] /= lower.at(i, i);
    }
    for (int64_t i = n - 1; i >= 0; --i) {
      row[i] /= lower.at(i, i);
      for (int64_t k = 0; k < i; ++k)
        row[k] -= lower.at(i, k) * row[i];
    }
  }
  return true;
}

} // namespace dlc::calibrate
