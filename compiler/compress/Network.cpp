//===- Network.cpp - The network that is compressed -----------------------===//

#include "compiler/compress/Network.h"
#include "compiler/calibrate/FoldConstants.h"
#include "compiler/calibrate/graph/Channels.h"
#include "llvm/ADT/STLExtras.h"

using namespace dlc::import;
using namespace dlc::calibrate;

namespace dlc::compress {

static std::vector<float> floatsOr(const Graph &graph,
                                   const std::string &name) {
  Constant constant = graph.floatsOf(name);
  return constant ? constant->floats() : std::vector<float>();
}

WeightedLayer::WeightedLayer(const Graph &view, Layer of)
    : layer(std::move(of)),
      rows(view.constants.at(layer.weights)->shape, layer.axis),
      values(floatsOr(view, layer.weights)), bias(floatsOr(view, layer.bias)) {
  const GraphNode &node = view.nodes[layer.nodes.front()];
  result = node.outputs.front();
  const std::vector<int64_t> &shape = view.constants.at(layer.weights)->shape;
  if (node.op == "Conv")
    window.assign(shape.begin() + 2, shape.end());
  for (int64_t size : window)
    taps *= size;
  perChannel = taps;
}

WeightShape WeightedLayer::shape() const {
  WeightShape shape{rows.count(), rows.width(),
                    isInteger ? (greatest < 100 ? 4 : 8) : 32};
  if (window.size() == 2) {
    shape.height = window[0];
    shape.width = window[1];
  }
  return shape;
}

static llvm::Error checkForm(const Graph &graph) {
  for (const GraphNode &node : graph.nodes) {
    llvm::StringRef op = node.op;
    if (op.starts_with("QLinear") || op == "QGemm" || op == "ConvInteger" ||
        op == "MatMulInteger" || op == "DynamicQuantizeLinear" ||
        op == "DynamicQuantizeMatMul" || op == "QAttention" ||
        op == "MatMulNBits")
      return llvm::createStringError(
          "node '" + node.name + "' (" + op +
          ") has integers of its own: give the float network, or the "
          "quantised one in QDQ form (QuantizeLinear, DequantizeLinear)");
  }
  return llvm::Error::success();
}

/// How often a tensor is read; an output is read by the user.
static size_t readersOf(const Graph &graph, const std::string &name) {
  size_t count = graph.isOutput(name);
  for (const GraphNode &node : graph.nodes)
    for (const std::vector<std::string> *names : {&node.inputs, &node.captured})
      count += llvm::count(*names, name);
  return count;
}

namespace {
/// Finds how the graph has a layer's weights.
class HomeFinder {
public:
  HomeFinder(const Network &network)
      : graph(network.graph), view(network.view),
        producers(network.graph.producers()) {}

  WeightedLayer find(const Layer &layer) const {
    WeightedLayer found(view, layer);
    auto isFinite = [](float x) { return std::isfinite(x); };
    found.refusal = found.values.empty() ? "it has no weights"
                    : !llvm::all_of(found.values, isFinite) ||
                            !llvm::all_of(found.bias, isFinite)
                        ? "its weights or biases are not finite"
                    : graph.constants.count(layer.weights) ? floatHome(found)
                                                           : integerHome(found);
    return found;
  }

private:
  std::string floatHome(WeightedLayer &found) const {
    if (readersOf(graph, found.layer.weights) != 1)
      return "other nodes read its weights too";
    const GraphNode &node = view.nodes[found.layer.nodes.front()];
    found.takesBias = !found.layer.bias.empty() || node.op != "MatMul";
    return "";
  }

  const GraphNode *dequantiser(const std::string &name) const {
    auto found = producers.find(name);
    if (found == producers.end() ||
        graph.nodes[found->second].op != "DequantizeLinear")
      return nullptr;
    return &graph.nodes[found->second];
  }

  static bool isZero(const Graph &graph, const std::string &name) {
    if (name.empty())
      return true;
    auto found = graph.constants.find(name);
    return found != graph.constants.end() &&
           llvm::all_of(found->second->bytes, [](char c) { return c == 0; });
  }

  std::string integerHome(WeightedLayer &found) const {
    const Layer &layer = found.layer;
    const GraphNode *node = dequantiser(layer.weights);
    auto integers =
        node ? graph.constants.find(node->in(0)) : graph.constants.end();
    if (integers == graph.constants.end())
      return "nodes compute its weights";
    if (readersOf(graph, layer.weights) != 1)
      return "other nodes read its weights too";
    DataType type = integers->second->type;
    if ((type != DataType::Int8 && type != DataType::Int4) ||
        !isZero(graph, node->in(2)))
      return "its weights are not int8 or int4 with a zero point of 0";
    std::vector<float> scales = floatsOr(graph, node->in(1));
    bool each = scales.size() == static_cast<size_t>(found.rows.count()) &&
                node->intOr("axis", 1) == layer.axis;
    if (scales.size() == 1)
      scales.resize(found.rows.count(), scales.front());
    else if (!each)
      return "its scales are not one for each result";
    found.isInteger = true;
    found.greatest = type == DataType::Int8 ? 127 : 7;
    found.least = -found.greatest - 1;
    found.scales = std::move(scales);
    return biasHome(found);
  }

  std::string biasHome(WeightedLayer &found) const {
    const GraphNode *input = dequantiser(found.layer.inputs.front());
    std::vector<float> unit =
        input ? floatsOr(graph, input->in(1)) : std::vector<float>();
    if (unit.size() == 1)
      found.unit = unit.front();
    const std::string &bias = found.layer.bias;
    if (bias.empty())
      return "";
    found.takesBias = graph.floatsOf(bias) != nullptr;
    const GraphNode *node = dequantiser(bias);
    if (!node)
      return "";
    if (unit.size() != 1 || !isZero(graph, node->in(2)))
      return "its bias is not in units of the input's scale";
    found.takesBias = readersOf(graph, bias) == 1;
    return found.takesBias ? "" : "other nodes read its bias too";
  }

  const Graph &graph, &view;
  std::map<std::string, size_t> producers;
};
} // namespace

llvm::Expected<Network> takeNetwork(Graph graph, const Compile &compile) {
  if (llvm::Error error = checkForm(graph))
    return std::move(error);
  Network network;
  network.isQuantised = llvm::any_of(graph.nodes, [](const GraphNode &node) {
    return node.is("QuantizeLinear");
  });
  network.view = graph;
  if (llvm::Error error = foldConstants(network.view, compile))
    return std::move(error);
  if (!network.isQuantised) {
    foldNormalisations(network.view);
    graph = network.view;
  }
  network.graph = std::move(graph);
  HomeFinder homes(network);
  for (const Layer &layer : findLayers(network.view))
    if (layer.kind == LayerKind::Products)
      network.layers.push_back(homes.find(layer));
  if (network.layers.empty())
    return llvm::createStringError(
        "there is nothing to compress: the network has no convolution or "
        "product with constant weights");
  return network;
}

void findChannels(
    Network &network,
    llvm::function_ref<const std::vector<int64_t> *(const std::string &)>
        shapeOf) {
  std::vector<Layer> layers = findLayers(network.view);
  llvm::erase_if(layers, [&](const Layer &layer) {
    auto hasNone = [&](const std::string &name) { return !shapeOf(name); };
    return llvm::any_of(layer.inputs, hasNone) ||
           llvm::any_of(layer.outputs, hasNone);
  });
  for (const ChannelSpace &space :
       findChannelSpaces(network.view, layers, shapeOf))
    for (size_t reader : space.readers)
      for (WeightedLayer &layer : network.layers)
        if (layer.layer.outputs == layers[reader].outputs &&
            layer.rows.width() % space.size == 0)
          layer.perChannel = layer.rows.width() / space.size;
}

/// The name of a constant that this input alone reads.
static std::string ownConstant(Graph &graph, GraphNode &node, size_t input) {
  std::string name = node.in(input);
  if (!name.empty() && readersOf(graph, name) == 1)
    return name;
  std::string own = graph.freshName(
      name.empty() ? node.name + "_" + std::to_string(input) : name);
  if (node.inputs.size() <= input)
    node.inputs.resize(input + 1);
  node.inputs[input] = own;
  return own;
}

/// Integers along an axis with a scale for each row, behind a DequantizeLinear.
static void storeIntegers(Graph &graph, size_t index,
                          llvm::ArrayRef<int32_t> integers,
                          llvm::ArrayRef<float> scales, int64_t axis) {
  GraphNode &node = graph.nodes[index];
  Constant before = graph.constants.at(node.in(0));
  std::string name = ownConstant(graph, node, 0);
  graph.constants[name] =
      integerConstant(before->type, before->shape, integers);
  std::vector<float> old = floatsOr(graph, node.in(1));
  if (llvm::all_of(scales, [&](float s) { return s == scales.front(); }) &&
      old.size() == 1) {
    if (old.front() != scales.front()) {
      std::string scale = ownConstant(graph, node, 1);
      graph.constants[scale] = floatConstant({}, scales.front());
    }
    return;
  }
  if (old == scales.vec())
    return;
  bool wasOne = old.size() == 1;
  std::string scale = ownConstant(graph, node, 1);
  graph.constants[scale] =
      floatConstant({static_cast<int64_t>(scales.size())}, scales);
  if (!wasOne)
    return;
  // One for all becomes one for each row: the axis is now told, and a zero
  // point has as many, which are 0.
  node.ints["axis"] = axis;
  node.origin.reset();
  if (node.inputs.size() > 2)
    node.inputs.resize(2);
}

static void storeBias(Graph &graph, const WeightedLayer &layer, size_t index,
                      const NewWeights &made) {
  const std::string &bias = layer.layer.bias;
  auto producers = graph.producers();
  if (auto found = producers.find(bias); found != producers.end()) {
    std::vector<int32_t> integers;
    std::vector<float> scales;
    for (size_t r = 0; r < made.bias.size(); ++r) {
      scales.push_back(layer.unit * made.scales[r]);
      integers.push_back(quantisedBias(made.bias[r], scales.back()));
    }
    storeIntegers(graph, found->second, integers, scales, 0);
    return;
  }
  std::vector<float> values(made.bias.begin(), made.bias.end());
  std::vector<int64_t> shape{static_cast<int64_t>(values.size())};
  GraphNode *node = &graph.nodes[index];
  size_t input = 2;
  if (layer.layer.biasIsNode) {
    node = &graph.nodes[graph.consumers().at(layer.result).front()];
    input = node->in(0) == layer.result ? 1 : 0;
  }
  if (Constant before = graph.floatsOf(bias))
    shape = before->shape;
  std::string name = ownConstant(graph, *node, input);
  graph.constants[name] = floatConstant(shape, values);
}

void storeWeights(Graph &graph, const WeightedLayer &layer,
                  const NewWeights &made) {
  size_t index = graph.producers().at(layer.result);
  if (!made.bias.empty())
    storeBias(graph, layer, index, made);
  const std::string &weights = layer.layer.weights;
  if (!layer.isInteger) {
    graph.constants[weights] =
        floatConstant(graph.constants.at(weights)->shape, made.values);
    return;
  }
  std::vector<int32_t> integers(made.values.size());
  for (int64_t r = 0; r < layer.rows.count(); ++r)
    for (int64_t i = 0; i < layer.rows.width(); ++i) {
      int64_t at = layer.rows.at(r, i);
      integers[at] = static_cast<int32_t>(std::clamp<float>(
          std::nearbyint(made.values[at] / made.scales[r]),
          static_cast<float>(layer.least), static_cast<float>(layer.greatest)));
    }
  storeIntegers(graph, graph.producers().at(weights), integers, made.scales,
                layer.layer.axis);
}

} // namespace dlc::compress
