//===- Eigenvectors.cpp - Directions that matter most ---------------------===//

#include "compiler/compress/Eigenvectors.h"
#include "llvm/ADT/STLExtras.h"
#include <cmath>
#include <numeric>

using dlc::calibrate::Matrix;

namespace dlc::compress {

/// Rows p and q by an angle.
static void turn(Matrix &matrix, int64_t p, int64_t q, double c, double s) {
  double *first = &matrix.at(p, 0), *second = &matrix.at(q, 0);
  for (int64_t k = 0; k < matrix.n; ++k) {
    double a = first[k], b = second[k];
    first[k] = c * a - s * b;
    second[k] = s * a + c * b;
  }
}

/// Makes the element at (p, q) zero.
static void rotate(Matrix &a, Matrix &vectors, int64_t p, int64_t q) {
  double theta = (a.at(q, q) - a.at(p, p)) / (2 * a.at(p, q));
  double t = std::copysign(1.0, theta) /
             (std::fabs(theta) + std::sqrt(theta * theta + 1));
  double c = 1 / std::sqrt(t * t + 1), s = t * c;
  double pp = a.at(p, p) - t * a.at(p, q), qq = a.at(q, q) + t * a.at(p, q);
  turn(a, p, q, c, s);
  // The columns follow from the rows, but where these two meet.
  for (int64_t k = 0; k < a.n; ++k) {
    a.at(k, p) = a.at(p, k);
    a.at(k, q) = a.at(q, k);
  }
  a.at(p, p) = pp;
  a.at(q, q) = qq;
  a.at(p, q) = a.at(q, p) = 0;
  turn(vectors, p, q, c, s);
}

Eigenvectors eigenvectors(Matrix a) {
  constexpr int kMostSweeps = 40;
  int64_t n = a.n;
  Matrix vectors(n);
  double norm = 0;
  for (double x : a.values)
    norm += x * x;
  for (int64_t i = 0; i < n; ++i)
    vectors.at(i, i) = 1;
  for (int sweep = 0; sweep < kMostSweeps; ++sweep) {
    double off = 0;
    for (int64_t p = 0; p < n; ++p)
      for (int64_t q = p + 1; q < n; ++q)
        off += a.at(p, q) * a.at(p, q);
    if (!(off > 1e-28 * norm))
      break;
    for (int64_t p = 0; p < n; ++p)
      for (int64_t q = p + 1; q < n; ++q)
        if (a.at(p, q) * a.at(p, q) > 1e-36 * norm)
          rotate(a, vectors, p, q);
  }
  std::vector<int64_t> order(n);
  std::iota(order.begin(), order.end(), 0);
  llvm::sort(order, [&](int64_t i, int64_t j) {
    return std::pair(-a.at(i, i), i) < std::pair(-a.at(j, j), j);
  });
  Eigenvectors result{{}, Matrix(n)};
  for (int64_t i = 0; i < n; ++i) {
    result.values.push_back(a.at(order[i], order[i]));
    for (int64_t k = 0; k < n; ++k)
      result.rows.at(i, k) = vectors.at(order[i], k);
  }
  return result;
}

} // namespace dlc::compress
