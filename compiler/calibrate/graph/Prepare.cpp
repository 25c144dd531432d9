//===- Prepare.cpp - A graph whose layers can be quantised ----------------===//

#include "compiler/calibrate/graph/Layers.h"
#include "llvm/ADT/STLExtras.h"
#include <cmath>

using namespace dlc::import;

namespace dlc::calibrate {

namespace {
/// gamma, beta, mean and variance as a factor and an offset for each channel.
struct Normalisation {
  std::vector<float> factor, offset;
};
} // namespace

static std::optional<Normalisation> readNormalisation(const Graph &graph,
                                                      const GraphNode &node) {
  if (!node.is("BatchNormalization") || node.outputs.size() != 1 ||
      node.intOr("training_mode", 0) || !node.intOr("spatial", 1))
    return std::nullopt;
  std::vector<std::vector<float>> parts;
  for (size_t i = 1; i < 5; ++i) {
    Constant part = graph.floatsOf(node.in(i));
    if (!part)
      return std::nullopt;
    parts.push_back(part->floats());
  }
  float epsilon = node.realOr("epsilon", 1e-5F);
  Normalisation result;
  for (size_t c = 0; c < parts[0].size(); ++c) {
    double factor =
        parts[0][c] / std::sqrt(static_cast<double>(parts[3][c]) + epsilon);
    result.factor.push_back(static_cast<float>(factor));
    result.offset.push_back(
        static_cast<float>(parts[1][c] - factor * parts[2][c]));
  }
  return result;
}

static bool hasOneReader(const Graph &graph, const std::string &name) {
  auto consumers = graph.consumers();
  auto found = consumers.find(name);
  return found != consumers.end() && found->second.size() == 1 &&
         !graph.isOutput(name);
}

static void foldInto(Graph &graph, GraphNode &conv, const Constant &weights,
                     const Normalisation &norm) {
  std::vector<float> values = weights->floats();
  size_t channels = norm.factor.size(), each = values.size() / channels;
  for (size_t i = 0; i < values.size(); ++i)
    values[i] *= norm.factor[i / each];
  std::vector<float> bias = norm.offset;
  if (Constant own = graph.floatsOf(conv.in(2)))
    for (auto [c, value] : llvm::enumerate(own->floats()))
      bias[c] += value * norm.factor[c];
  if (!hasOneReader(graph, conv.in(1)))
    conv.inputs[1] = graph.freshName(conv.in(1));
  graph.constants[conv.inputs[1]] = floatConstant(weights->shape, values);
  conv.inputs.resize(3);
  if (conv.in(2).empty())
    conv.inputs[2] = graph.freshName(conv.name + "_bias");
  else if (!hasOneReader(graph, conv.in(2)))
    conv.inputs[2] = graph.freshName(conv.in(2));
  graph.constants[conv.inputs[2]] =
      floatConstant({static_cast<int64_t>(channels)}, bias);
}

void foldNormalisations(Graph &graph) {
  auto producers = graph.producers();
  std::vector<bool> folded(graph.nodes.size(), false);
  for (size_t i = 0; i < graph.nodes.size(); ++i) {
    GraphNode &node = graph.nodes[i];
    std::optional<Normalisation> norm = readNormalisation(graph, node);
    auto found = norm ? producers.find(node.in(0)) : producers.end();
    if (found == producers.end())
      continue;
    GraphNode &conv = graph.nodes[found->second];
    Constant weights = conv.is("Conv") ? graph.floatsOf(conv.in(1)) : nullptr;
    bool hasFloatBias = conv.in(2).empty() || graph.floatsOf(conv.in(2));
    if (!weights || !hasFloatBias || !hasOneReader(graph, node.in(0)))
      continue;
    foldInto(graph, conv, weights, *norm);
    conv.outputs = node.outputs;
    producers[node.outputs.front()] = found->second;
    folded[i] = true;
  }
  std::vector<GraphNode> kept;
  for (size_t i = 0; i < graph.nodes.size(); ++i)
    if (!folded[i])
      kept.push_back(std::move(graph.nodes[i]));
  graph.nodes = std::move(kept);
}

void separateConstants(Graph &graph) {
  std::vector<Layer> layers = findLayers(graph);
  std::map<std::string, unsigned> readers;
  for (const GraphNode &node : graph.nodes)
    for (const std::vector<std::string> *names : {&node.inputs, &node.captured})
      for (const std::string &name : *names)
        ++readers[name];
  auto separate = [&](GraphNode &node, const std::string &name) {
    if (readers[name] < 2 && !graph.isOutput(name))
      return;
    std::string own = graph.freshName(node.name + "_" + name);
    graph.constants[own] = graph.constants.at(name);
    llvm::replace(node.inputs, name, own);
  };
  for (const Layer &layer : layers) {
    if (layer.kind != LayerKind::Products)
      continue;
    GraphNode &node = graph.nodes[layer.nodes.front()];
    separate(node, layer.weights);
    if (!layer.bias.empty()) {
      separate(graph.nodes[layer.nodes[layer.biasIsNode]], layer.bias);
    } else if (node.op != "MatMul") {
      int64_t channels = graph.constants.at(node.in(1))->shape[layer.axis];
      node.inputs.resize(3);
      node.inputs[2] = graph.freshName(node.name + "_bias");
      graph.constants[node.inputs[2]] =
          floatConstant({channels}, std::vector<float>(channels));
    }
  }
}

} // namespace dlc::calibrate
