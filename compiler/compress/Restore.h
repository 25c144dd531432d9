//===- Restore.h - Means and variances as they were -------------*- C++ -*-===//

#ifndef DLC_COMPILER_COMPRESS_RESTORE_H
#define DLC_COMPILER_COMPRESS_RESTORE_H

#include "compiler/calibrate/Activations.h"
#include "compiler/compress/Network.h"

namespace dlc::compress {

/// Weights and biases whose results have, channel by channel, the mean and the
/// variance that the layer's own had before, as a normalisation behind it would
/// have with its statistics measured again: each row of weights is multiplied
/// by a number, and its bias takes what is left. Rows in a form where they
/// share their numbers keep them, and have the means alone. `made` is what the
/// layer has now, `x` and `q` its inputs as LayerData has them. Nothing for a
/// layer whose bias cannot change.
std::optional<NewWeights>
restoreStatistics(const Graph &view, const WeightedLayer &layer,
                  const Form &form, const NewWeights &made,
                  llvm::ArrayRef<int64_t> shape,
                  const calibrate::Activations::Values &x,
                  const calibrate::Activations::Values &q);

} // namespace dlc::compress

#endif
