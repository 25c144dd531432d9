//===- Layers.h - What of a graph is quantised ------------------*- C++ -*-===//

#ifndef DLC_COMPILER_CALIBRATE_GRAPH_LAYERS_H
#define DLC_COMPILER_CALIBRATE_GRAPH_LAYERS_H

#include "compiler/import/edit/Graph.h"

namespace dlc::calibrate {

/// What a layer does with integers.
enum class LayerKind {
  Products, ///< sums of products with constant weights
  Computes, ///< its result has a range of its own
  Moves,    ///< its results are elements of its operands
};

/// A node, and those behind it that see no quantised tensor between: the
/// addition of a bias, a Relu or Clip.
struct Layer {
  LayerKind kind = LayerKind::Computes;
  std::string name, op;      ///< of the first node
  std::vector<size_t> nodes; ///< numbers in the graph
  /// Float tensors that are no constants.
  std::vector<std::string> inputs, outputs;

  // Of products:
  std::string weights;
  /// The dimension of the weights along which results differ; others are
  /// summed over.
  int64_t axis = 0;
  std::string bias; ///< empty: none
  /// An addition that is a node, else an operand of the first node.
  bool biasIsNode = false;
};

/// The nodes that have a form in integers, in the order of execution. Other
/// nodes stay in floats.
std::vector<Layer> findLayers(const import::Graph &graph);

/// Softmax and the like: what is known of a result before it is measured.
std::optional<std::pair<float, float>> rangeByDefinition(llvm::StringRef op);

/// BatchNormalization of a convolution's result is part of its weights; the
/// convolution then computes the tensor that the normalisation computed.
void foldNormalisations(import::Graph &graph);

/// Gives each layer weights and a bias of its own, and a bias to those of
/// convolutions and Gemm that have none, so that they can be corrected.
void separateConstants(import::Graph &graph);

} // namespace dlc::calibrate

#endif
