//===- Factorise.h - A layer as two smaller ones ----------------*- C++ -*-===//

#ifndef DLC_COMPILER_COMPRESS_FACTORISE_H
#define DLC_COMPILER_COMPRESS_FACTORISE_H

#include "compiler/compress/Eigenvectors.h"
#include "compiler/compress/Fit.h"

namespace dlc::compress {

/// Two factors of a layer's weights W = left * right.
struct Factors {
  int64_t rank = 0;
  bool areSides = false;    ///< as Sides.h has them
  std::vector<float> left;  ///< results by rank
  std::vector<float> right; ///< rank by operands
  std::vector<double> bias; ///< as NewWeights has it
  double loss = 0;          ///< as Fitted has it
};

/// The directions of a layer's results, the largest of its outputs on the data
/// first: found once for all ranks.
class Directions {
public:
  Directions(const WeightedLayer &layer, const LayerData &data);

  /// Why the layer stays one; empty: it can become two.
  std::string refusal;
  /// Nearest to the layer on the data of all of this rank. An error if the
  /// layer has no more than that, or says `refusal`.
  llvm::Expected<Factors> factors(int64_t rank) const;

private:
  const WeightedLayer &layer;
  const LayerData &data;
  Eigenvectors of;
};

/// The layer's node becomes two of these weights, of which `describe` says
/// what else they are. The bias stays with the second.
void storeTwo(Graph &graph, const WeightedLayer &layer, const Factors &factors,
              import::Constant first, import::Constant second,
              llvm::function_ref<void(import::GraphNode &before,
                                      import::GraphNode &after)>
                  describe);

/// The layer's node becomes two: the first computes `rank` channels as it
/// computed its own, the second its results from those at the same place.
void storeFactors(Graph &graph, const WeightedLayer &layer,
                  const Factors &factors);

} // namespace dlc::compress

#endif
