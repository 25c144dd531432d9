//===- RoundRow.h - Weights rounded together --------------------*- C++ -*-===//

#ifndef DLC_COMPILER_CALIBRATE_NUMBERS_ROUNDROW_H
#define DLC_COMPILER_CALIBRATE_NUMBERS_ROUNDROW_H

#include "compiler/calibrate/numbers/Affine.h"
#include "compiler/calibrate/numbers/FitRow.h"

namespace dlc::calibrate {

std::vector<double> scaled(llvm::ArrayRef<int32_t> integers, double scale);

/// e^T metric e for e = weights - scale * integers: the mean square of what a
/// sum of products is off by.
double lossOf(llvm::ArrayRef<double> weights, double scale,
              llvm::ArrayRef<int32_t> integers, const Matrix &metric);

/// Integers within the affine's bounds for which that is small (fitRow).
std::vector<int32_t> roundRow(llvm::ArrayRef<double> weights,
                              const Affine &affine, const Matrix &metric,
                              const Matrix &factor);

/// The scale, from `largest` down to some part of it, that loses least with
/// each weight rounded to nearest and its error weighted by the metric's
/// diagonal.
float searchScale(llvm::ArrayRef<double> weights, const Affine &largest,
                  const Matrix &metric);

/// The scale that fits the integers best.
double fittedScale(llvm::ArrayRef<double> weights,
                   llvm::ArrayRef<int32_t> integers, const Matrix &metric);

struct RoundedRow {
  Affine affine;
  std::vector<int32_t> integers;
};

/// The row in the bits of `largest`, whose scale has room for all of it: the
/// scale is the one that loses least, but not below `least`.
RoundedRow roundWithScale(llvm::ArrayRef<double> weights, const Affine &largest,
                          float least, const Matrix &metric,
                          const Matrix &factor);

} // namespace dlc::calibrate

#endif
