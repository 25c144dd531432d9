//===- Layers.cpp - What of a graph is quantised --------------------------===//

#include "compiler/calibrate/graph/Layers.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/ADT/StringSwitch.h"

using namespace dlc::import;

namespace dlc::calibrate {

/// Operators whose integers the compiler has.
static std::optional<LayerKind> kindOf(const GraphNode &node) {
  if (!node.domain.empty())
    return std::nullopt;
  using Kind = std::optional<LayerKind>;
  return llvm::StringSwitch<Kind>(node.op)
      .Cases({"Conv", "Gemm", "MatMul"}, LayerKind::Products)
      .Cases({"Add", "Sub", "Mul"}, LayerKind::Computes)
      .Cases({"AveragePool", "GlobalAveragePool", "ReduceMean"},
             LayerKind::Computes)
      .Cases({"Relu", "LeakyRelu", "Clip", "Sigmoid", "Tanh", "HardSigmoid"},
             LayerKind::Computes)
      .Cases({"HardSwish", "Elu", "Gelu", "Mish", "Softplus", "Softmax"},
             LayerKind::Computes)
      .Cases({"Reshape", "Flatten", "Transpose", "Squeeze", "Unsqueeze"},
             LayerKind::Moves)
      .Cases({"Identity", "Slice", "Split", "MaxPool", "GlobalMaxPool"},
             LayerKind::Moves)
      .Cases({"Concat", "Pad", "Expand", "Tile", "Gather"}, LayerKind::Moves)
      .Cases({"DepthToSpace", "SpaceToDepth"}, LayerKind::Moves)
      .Case("Resize",
            node.texts.count("mode") && node.texts.at("mode") != "nearest"
                ? std::nullopt
                : Kind(LayerKind::Moves))
      .Default(std::nullopt);
}

std::optional<std::pair<float, float>> rangeByDefinition(llvm::StringRef op) {
  if (op == "Softmax" || op == "Sigmoid" || op == "HardSigmoid")
    return std::pair(0.F, 255.F / 256);
  if (op == "Tanh")
    return std::pair(-1.F, 127.F / 128);
  return std::nullopt;
}

/// How many operands, from the first on, are numbers to be quantised; others
/// are shapes, indices and bounds.
static size_t dataOperands(const GraphNode &node) {
  bool all = node.op == "Concat";
  bool two = llvm::is_contained({"MatMul", "Add", "Sub", "Mul"}, node.op);
  return all ? node.inputs.size() : two ? 2 : 1;
}

namespace {
class Finder {
public:
  explicit Finder(const Graph &graph)
      : graph(graph), consumers(graph.consumers()),
        taken(graph.nodes.size(), false) {}

  std::vector<Layer> find() {
    std::vector<Layer> layers;
    for (size_t i = 0; i < graph.nodes.size(); ++i) {
      std::optional<Layer> layer = taken[i] ? std::nullopt : layerAt(i);
      if (!layer)
        continue;
      for (size_t node : layer->nodes)
        taken[node] = true;
      layers.push_back(std::move(*layer));
    }
    return layers;
  }

private:
  std::optional<Layer> layerAt(size_t i) {
    const GraphNode &node = graph.nodes[i];
    std::optional<LayerKind> kind = kindOf(node);
    if (!kind)
      return std::nullopt;
    Layer layer;
    layer.kind = *kind;
    layer.name = node.name;
    layer.op = node.op;
    layer.nodes = {i};
    layer.outputs = node.outputs;
    if (node.op == "MaxPool")
      layer.outputs.resize(1);
    for (size_t k = 0; k < std::min(dataOperands(node), node.inputs.size());
         ++k)
      if (!graph.constants.count(node.inputs[k]))
        layer.inputs.push_back(node.inputs[k]);
    if (layer.inputs.empty() || !isWhole(node))
      return std::nullopt;
    if (layer.kind == LayerKind::Products && !takeWeights(node, layer))
      return std::nullopt;
    if (layer.kind != LayerKind::Moves && !rangeByDefinition(node.op))
      takeActivation(layer);
    return layer;
  }

  /// What the operator alone does not say.
  bool isWhole(const GraphNode &node) const {
    if (node.op == "Gemm")
      return node.intOr("transA", 0) == 0 && node.realOr("alpha", 1) == 1 &&
             node.realOr("beta", 1) == 1;
    if (node.op == "Clip")
      return hasConstantBounds(node);
    // Indices of the largest elements are no numbers of the tensor.
    if (node.op == "MaxPool")
      return node.outputs.size() == 1 || node.outputs[1].empty();
    return true;
  }

  bool hasConstantBounds(const GraphNode &clip) const {
    for (size_t i = 1; i < clip.inputs.size(); ++i)
      if (!clip.inputs[i].empty() && !graph.floatsOf(clip.inputs[i]))
        return false;
    return true;
  }

  /// False for what the compiler does not sum in integers.
  bool takeWeights(const GraphNode &node, Layer &layer) {
    Constant weights = graph.floatsOf(node.in(1));
    if (!weights) {
      // The product of two activations has no weights.
      layer.kind = LayerKind::Computes;
      return node.op == "MatMul" && layer.inputs.size() == 2;
    }
    layer.weights = node.in(1);
    int64_t rank = static_cast<int64_t>(weights->shape.size());
    if (node.op == "Conv") {
      layer.bias = node.in(2);
    } else if (node.op == "Gemm") {
      layer.axis = node.intOr("transB", 0) ? 0 : 1;
      layer.bias = node.in(2);
    } else if (rank != 2) {
      return false;
    } else {
      layer.axis = 1;
      takeBiasNode(layer, weights->shape[1]);
    }
    Constant bias = graph.floatsOf(layer.bias);
    return layer.bias.empty() ||
           (bias && bias->size() == weights->shape[layer.axis]);
  }

  /// The one node that reads the layer's result, if nothing else does.
  std::optional<size_t> soleReader(const Layer &layer) const {
    auto found = consumers.find(layer.outputs.front());
    if (layer.outputs.size() != 1 || found == consumers.end() ||
        found->second.size() != 1 || graph.isOutput(layer.outputs.front()))
      return std::nullopt;
    const GraphNode &reader = graph.nodes[found->second.front()];
    bool captured = llvm::is_contained(reader.captured, layer.outputs.front());
    return captured || !reader.domain.empty()
               ? std::nullopt
               : std::optional(found->second.front());
  }

  void takeBiasNode(Layer &layer, int64_t channels) {
    std::optional<size_t> reader = soleReader(layer);
    if (!reader || !graph.nodes[*reader].is("Add"))
      return;
    const GraphNode &add = graph.nodes[*reader];
    const std::string &other =
        add.in(0) == layer.outputs.front() ? add.in(1) : add.in(0);
    Constant bias = graph.floatsOf(other);
    if (!bias || bias->size() != channels || bias->shape.empty() ||
        bias->shape.back() != channels)
      return;
    layer.bias = other;
    layer.biasIsNode = true;
    layer.nodes.push_back(*reader);
    layer.outputs = add.outputs;
  }

  /// A clamp of what is quantised next costs nothing.
  void takeActivation(Layer &layer) {
    std::optional<size_t> reader = soleReader(layer);
    if (!reader || layer.op == "Relu" || layer.op == "Clip")
      return;
    const GraphNode &node = graph.nodes[*reader];
    if (!node.is("Relu") && !(node.is("Clip") && hasConstantBounds(node)))
      return;
    layer.nodes.push_back(*reader);
    layer.outputs = node.outputs;
  }

  const Graph &graph;
  std::map<std::string, std::vector<size_t>> consumers;
  std::vector<bool> taken;
};
} // namespace

std::vector<Layer> findLayers(const Graph &graph) {
  return Finder(graph).find();
}

} // namespace dlc::calibrate
