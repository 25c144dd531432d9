//===- Gram.h - What a layer's inputs have in common ------------*- C++ -*-===//

#ifndef DLC_COMPILER_CALIBRATE_NUMBERS_GRAM_H
#define DLC_COMPILER_CALIBRATE_NUMBERS_GRAM_H

#include "llvm/ADT/ArrayRef.h"
#include <cstdint>
#include <vector>

namespace dlc::calibrate {

/// A square matrix, row-major.
struct Matrix {
  explicit Matrix(int64_t n = 0) : n(n), values(n * n) {}
  double &at(int64_t i, int64_t j) { return values[i * n + j]; }
  double at(int64_t i, int64_t j) const { return values[i * n + j]; }
  llvm::ArrayRef<double> row(int64_t i) const {
    return llvm::ArrayRef<double>(values).slice(i * n, n);
  }

  int64_t n;
  std::vector<double> values;
};

/// Means and second moments of the `n` numbers that one result of a layer is a
/// sum of products of: as the float network has them (x), and as the quantised
/// one does (q).
class Moments {
public:
  explicit Moments(int64_t n) : meanX(n), meanQ(n), qq(n), qx(n) {}

  /// As many rows of n numbers in each.
  void add(llvm::ArrayRef<float> x, llvm::ArrayRef<float> q);
  /// Sums become means, and second moments those about the means, or about 0
  /// where nothing can be added to the layer's results. Call once.
  void finish(bool aboutMeans);

  /// Rows that have been added.
  int64_t count() const { return rows; }

  std::vector<double> meanX, meanQ;
  Matrix qq; ///< E[q q^T]
  Matrix qx; ///< E[q x^T]

private:
  int64_t rows = 0;
};

/// A positive definite matrix as (U + 1) D (U + 1)^T, U strictly upper
/// triangular. Returns U; empty for a matrix that is not positive definite.
Matrix upperFactor(const Matrix &matrix);

/// Solves matrix * X = right for a positive definite matrix; `right` has rows
/// of the matrix's size, each solved for alone, and becomes the solution.
/// False for a matrix that is not positive definite.
bool solveRows(const Matrix &matrix, std::vector<std::vector<double>> &right);

} // namespace dlc::calibrate

#endif
