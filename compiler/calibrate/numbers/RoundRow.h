//===- RoundRow.h - Weights rounded together --------------------*- C++ -*-===//

#ifndef DLC_COMPILER_CALIBRATE_NUMBERS_ROUNDROW_H
#define DLC_COMPILER_CALIBRATE_NUMBERS_ROUNDROW_H

#include "compiler/calibrate/numbers/Affine.h"
#include "compiler/calibrate/numbers/Gram.h"

namespace dlc::calibrate {

/// e^T metric e for e = weights - scale * integers: the mean square of what a
/// sum of products is off by.
double lossOf(llvm::ArrayRef<double> weights, double scale,
              llvm::ArrayRef<int32_t> integers, const Matrix &metric);

/// Integers within the affine's bounds for which that is small. Each weight is
/// rounded with what those before it have lost in mind (adaptive rounding with
/// linear feedback: J. Chee and others, QuIP, 2023, section 3; `factor` is the
/// metric's upperFactor), then one after the other is moved while that helps.
/// Nearest rounding is the start where it is better.
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

} // namespace dlc::calibrate

#endif
