//===- Fit.h - Weights in a form, on data -----------------------*- C++ -*-===//

#ifndef DLC_COMPILER_COMPRESS_FIT_H
#define DLC_COMPILER_COMPRESS_FIT_H

#include "compiler/calibrate/LayerMoments.h"
#include "compiler/compress/Network.h"

namespace dlc::compress {

/// What a layer's operands are on the data, and the weights that are best for
/// them.
class LayerData {
public:
  /// `x` are the layer's inputs as the network has them, `q` as those before
  /// it in their forms have them; `shape` is theirs.
  LayerData(const Graph &view, const WeightedLayer &layer,
            llvm::ArrayRef<int64_t> shape,
            const calibrate::Activations::Values &x,
            const calibrate::Activations::Values &q);

  const calibrate::Moments &momentsOf(int64_t row) const {
    return groups[row / each].moments;
  }
  const calibrate::Matrix &factorOf(int64_t row) const {
    return groups[row / each].factor;
  }
  size_t groupCount() const { return groups.size(); }
  llvm::ArrayRef<double> wanted(int64_t row) const { return rows[row]; }
  /// w^T G w of all rows.
  double energy() const { return all; }

private:
  struct Group {
    calibrate::Moments moments;
    calibrate::Matrix factor;
  };
  std::vector<Group> groups;
  int64_t each = 1; ///< rows of a group
  std::vector<std::vector<double>> rows;
  double all = 0;
};

struct Fitted {
  NewWeights weights;
  /// Mean square of what the layer's results are off by, as a part of their
  /// own.
  double loss = 0;
};

/// The layer's weights in a form that changes values alone. An error says why
/// the layer does not have it.
llvm::Expected<Fitted> fit(const WeightedLayer &layer, const LayerData &data,
                           const Form &form);

} // namespace dlc::compress

#endif
