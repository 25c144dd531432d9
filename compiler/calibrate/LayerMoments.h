//===- LayerMoments.h - Which weights come nearest --------------*- C++ -*-===//
//
// A layer's results W x + b are to stay what they are where its input is q in
// place of x. With M = E[q x^T] and G = E[q q^T] about the means, the weights
// that come nearest are W M^T G^-1, and what others near them lose is measured
// by G. Directions that the samples do not have keep their weights: a part of
// G's diagonal is added to both matrices.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_COMPILER_CALIBRATE_LAYERMOMENTS_H
#define DLC_COMPILER_CALIBRATE_LAYERMOMENTS_H

#include "compiler/calibrate/Activations.h"
#include "compiler/calibrate/graph/Windows.h"
#include "compiler/calibrate/numbers/Gram.h"

namespace dlc::calibrate {

/// Moments of a group's operands, of some rows of them where there are many;
/// about the means if the layer has a bias that can take their difference.
Moments layerMoments(const Windows &windows, int64_t group,
                     const Activations::Values &x, const Activations::Values &q,
                     bool aboutMeans);

/// W M^T G^-1 for the rows W; W itself where G cannot be solved.
std::vector<std::vector<double>>
wantedRows(const Moments &moments, llvm::ArrayRef<std::vector<float>> rows);

/// What a row's bias has to grow by where its weights become `values`.
double biasShift(const Moments &moments, llvm::ArrayRef<float> row,
                 llvm::ArrayRef<double> values);

} // namespace dlc::calibrate

#endif
