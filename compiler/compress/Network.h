//===- Network.h - The network that is compressed ---------------*- C++ -*-===//

#ifndef DLC_COMPILER_COMPRESS_NETWORK_H
#define DLC_COMPILER_COMPRESS_NETWORK_H

#include "compiler/calibrate/Executable.h"
#include "compiler/calibrate/graph/Layers.h"
#include "compiler/calibrate/numbers/Weights.h"
#include "compiler/compress/Forms.h"

namespace dlc::compress {

using calibrate::Compile;
using import::Graph;

/// A layer of products and its weights as real numbers, wherever the graph has
/// them.
struct WeightedLayer {
  /// A layer of the view, which has its weights as floats.
  WeightedLayer(const Graph &view, calibrate::Layer of);

  calibrate::Layer layer;
  std::string result;   ///< of its first node, which computes the products
  calibrate::Rows rows; ///< of the weights, one for each result channel
  std::vector<float> values, bias; ///< no bias: empty

  /// Integers behind DequantizeLinear: those that the type has, the scale of
  /// each row, and of the input.
  bool isInteger = false;
  int32_t least = 0, greatest = 0;
  std::vector<float> scales;
  float unit = 1;

  /// Why it stays as it is; empty: it may change.
  std::string refusal;

  WeightShape shape() const;
  /// Sizes of a convolution's window.
  std::vector<int64_t> window;
  /// Elements of the weights along a row that belong to one operand channel.
  int64_t taps = 1;
  /// Elements of a row that one channel of what computes the operands gives:
  /// more than its taps behind a Flatten.
  int64_t perChannel = 1;
  /// The bias can be changed: there is one, or there may be one.
  bool takesBias = false;
};

/// What takes the place of a layer's weights.
struct NewWeights {
  std::vector<float> values; ///< as the layer's
  std::vector<float> scales; ///< of each row of integers
  std::vector<double> bias;  ///< of each row; empty: as it was
};

struct Network {
  Graph graph; ///< as it is written
  /// The same with weights as floats that are constants. Layers are those of
  /// this; names are the same in both.
  Graph view;
  bool isQuantised = false;
  std::vector<WeightedLayer> layers;
};

/// Reads a network, floats or in QDQ form. Of floats, constants that nodes
/// compute and normalisations become part of weights. An empty error stands
/// behind a diagnostic.
llvm::Expected<Network> takeNetwork(Graph graph, const Compile &compile);

/// Finds which elements of rows belong to a channel, by the tensors' shapes
/// (null for one that has none).
void findChannels(
    Network &network,
    llvm::function_ref<const std::vector<int64_t> *(const std::string &)>
        shapeOf);

/// Puts new weights in the place of a layer's.
void storeWeights(Graph &graph, const WeightedLayer &layer,
                  const NewWeights &made);

} // namespace dlc::compress

#endif
