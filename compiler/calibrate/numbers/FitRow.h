//===- FitRow.h - The best weights of those that are allowed ----*- C++ -*-===//

#ifndef DLC_COMPILER_CALIBRATE_NUMBERS_FITROW_H
#define DLC_COMPILER_CALIBRATE_NUMBERS_FITROW_H

#include "compiler/calibrate/numbers/Gram.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace dlc::calibrate {

/// The number nearest to x of those that weight `i` of a row may be.
using Allowed = llvm::function_ref<double(size_t i, double x)>;

/// metric * (weights - values)
std::vector<double> errorSlope(llvm::ArrayRef<double> weights,
                               llvm::ArrayRef<double> values,
                               const Matrix &metric);

/// e^T metric e for e = weights - values: the mean square of what a sum of
/// products is off by.
double lossOf(llvm::ArrayRef<double> weights, llvm::ArrayRef<double> values,
              const Matrix &metric);

/// Allowed numbers for which that is small. Each weight takes what those before
/// it have lost in mind (adaptive rounding with linear feedback: J. Chee and
/// others, QuIP, 2023, section 3; `factor` is the metric's upperFactor, empty
/// where it has none), then one after the other is moved while that helps.
/// Each weight's nearest number is the start where it is better.
std::vector<double> fitRow(llvm::ArrayRef<double> weights, const Matrix &metric,
                           const Matrix &factor, Allowed allowed);

} // namespace dlc::calibrate

#endif
