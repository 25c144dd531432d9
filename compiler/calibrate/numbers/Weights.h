//===- Weights.h - Weights as rows of integers ------------------*- C++ -*-===//

#ifndef DLC_COMPILER_CALIBRATE_NUMBERS_WEIGHTS_H
#define DLC_COMPILER_CALIBRATE_NUMBERS_WEIGHTS_H

#include "compiler/calibrate/numbers/Affine.h"
#include "llvm/ADT/ArrayRef.h"
#include <vector>

namespace dlc::calibrate {

/// A tensor seen as one row for each index along `axis`, each row the others'
/// elements in their order.
class Rows {
public:
  Rows(llvm::ArrayRef<int64_t> shape, int64_t axis);

  int64_t count() const { return rows; }
  int64_t width() const { return outside * inside; }
  /// Position in the tensor of element `i` of a row.
  int64_t at(int64_t row, int64_t i) const {
    return (i / inside * rows + row) * inside + i % inside;
  }
  template <typename T>
  std::vector<T> row(llvm::ArrayRef<T> values, int64_t r) const {
    std::vector<T> result(width());
    for (int64_t i = 0; i < width(); ++i)
      result[i] = values[at(r, i)];
    return result;
  }
  template <typename T>
  void setRow(std::vector<T> &values, int64_t r, llvm::ArrayRef<T> row) const {
    for (int64_t i = 0; i < width(); ++i)
      values[at(r, i)] = row[i];
  }

private:
  int64_t outside = 1, rows, inside = 1;
};

/// The least scale that a row of weights may have: its bias is stored in 32
/// bits, in units of `unit` times that.
float leastScale(double bias, float unit);

/// The scale of a row of weights: that of its largest number, or the least.
Affine rowAffine(llvm::ArrayRef<float> row, int bits, float bias, float unit);

/// Integers of a bias in units of `scale`; within 32 bits by rowAffine.
int32_t quantisedBias(double bias, float scale);

} // namespace dlc::calibrate

#endif
