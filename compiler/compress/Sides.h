//===- Sides.h - A convolution as a column and a row ------------*- C++ -*-===//

#ifndef DLC_COMPILER_COMPRESS_SIDES_H
#define DLC_COMPILER_COMPRESS_SIDES_H

#include "compiler/compress/Factorise.h"

namespace dlc::compress {

/// Convolutions of h x 1 and 1 x w in place of one of h x w: found once for all
/// ranks, the channels between the two.
class Sides {
public:
  Sides(const WeightedLayer &layer, const LayerData &data);

  /// Why the layer stays one; empty: it can become two.
  std::string refusal;
  /// An error if the layer has no more than this rank, or says `refusal`. The
  /// left factor is results by rank by w, the right one rank by operands by h.
  llvm::Expected<Factors> factors(int64_t rank) const;

private:
  using Rows = std::vector<std::vector<double>>;

  int64_t column() const { return operands * height; }
  /// Element of a row of weights that operand and row `i` have in column `w`.
  int64_t at(int64_t i, int64_t w) const { return i * width + w; }
  calibrate::Matrix columnMetric() const;
  calibrate::Matrix secondMoments(const Rows &root) const;
  Rows filters(int64_t rank) const;

  const WeightedLayer &layer;
  const LayerData &data;
  int64_t operands = 0, height = 0, width = 0;
  Eigenvectors metric, of;
};

/// The layer's node becomes two.
void storeSides(Graph &graph, const WeightedLayer &layer,
                const Factors &factors);

} // namespace dlc::compress

#endif
