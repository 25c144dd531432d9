//===- Channels.cpp - Channels whose scale is free ------------------------===//

#include "compiler/calibrate/graph/Channels.h"
#include "compiler/calibrate/numbers/Weights.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringRef.h"
#include <cmath>

using namespace dlc::import;

namespace dlc::calibrate {

static bool isDepthwise(const Graph &graph, const Layer &layer) {
  const GraphNode &node = graph.nodes[layer.nodes.front()];
  const std::vector<int64_t> &shape = graph.constants.at(layer.weights)->shape;
  return node.op == "Conv" && node.intOr("group", 1) == shape[0] &&
         shape[1] == 1 && shape[0] > 1;
}

/// Relu, but no upper bound.
static bool scales(const Graph &graph, const GraphNode &node) {
  if (node.op != "Clip")
    return true;
  Constant low = graph.floatsOf(node.in(1));
  bool isFromZero = node.in(1).empty()
                        ? !node.reals.count("min") || node.realOr("min", 0) == 0
                        : low && low->floats().front() == 0;
  return isFromZero && node.in(2).empty() && !node.reals.count("max");
}

namespace {
class Finder {
public:
  using ShapeOf =
      llvm::function_ref<const std::vector<int64_t> *(const std::string &)>;

  Finder(const Graph &graph, llvm::ArrayRef<Layer> layers, ShapeOf shapeOf)
      : graph(graph), layers(layers), shapeOf(shapeOf) {}

  std::vector<ChannelSpace> find() {
    pinEdges();
    for (const Layer &layer : layers)
      visit(layer);
    std::map<std::string, ChannelSpace> spaces;
    for (auto [i, layer] : llvm::enumerate(layers)) {
      for (const std::vector<std::string> *names :
           {&layer.inputs, &layer.outputs})
        for (const std::string &name : *names)
          spaces[leader(name)].tensors.push_back(name);
      if (layer.kind != LayerKind::Products)
        continue;
      spaces[leader(layer.outputs.front())].writers.push_back(i);
      spaces[leader(layer.inputs.front())].readers.push_back(i);
    }
    std::vector<ChannelSpace> result;
    for (auto &[name, space] : spaces)
      if (!pinned.count(name) && complete(space))
        result.push_back(std::move(space));
    return result;
  }

private:
  std::string leader(const std::string &name) {
    auto found = parents.find(name);
    return found == parents.end() ? name : leader(found->second);
  }
  void join(const std::string &a, const std::string &b) {
    std::string first = leader(a), second = leader(b);
    if (first == second)
      return;
    parents[second] = first;
    if (pinned.erase(second))
      pinned.insert(first);
  }
  void pin(const std::string &name) { pinned.insert(leader(name)); }
  void pinAll(const Layer &layer) {
    for (const std::vector<std::string> *names :
         {&layer.inputs, &layer.outputs})
      for (const std::string &name : *names)
        pin(name);
  }

  /// What the user sees, and what others than layers read or compute.
  void pinEdges() {
    std::set<size_t> inLayers;
    for (const Layer &layer : layers)
      inLayers.insert(layer.nodes.begin(), layer.nodes.end());
    for (const std::vector<GraphValue> *values :
         {&graph.inputs, &graph.outputs})
      for (const GraphValue &value : *values)
        pin(value.name);
    for (auto [i, node] : llvm::enumerate(graph.nodes)) {
      for (const std::string &name : node.captured)
        pin(name);
      if (inLayers.count(i))
        continue;
      for (const std::vector<std::string> *names :
           {&node.inputs, &node.outputs})
        for (const std::string &name : *names)
          pin(name);
    }
  }

  void visit(const Layer &layer) {
    bool isKnown = llvm::all_of(
        llvm::drop_begin(layer.nodes, layer.kind == LayerKind::Products),
        [&](size_t node) { return scales(graph, graph.nodes[node]); });
    if (layer.kind == LayerKind::Products) {
      if (!isKnown || !hasChannels(layer))
        pinAll(layer);
      return;
    }
    if (!isKnown || !keepsChannels(layer)) {
      pinAll(layer);
      return;
    }
    for (const std::string &name : layer.inputs)
      join(name, layer.outputs.front());
  }

  /// A product along channels, or of each channel alone.
  bool hasChannels(const Layer &layer) const {
    const GraphNode &node = graph.nodes[layer.nodes.front()];
    if (node.op == "Conv")
      return node.intOr("group", 1) == 1 || isDepthwise(graph, layer);
    const std::vector<int64_t> *shape = shapeOf(layer.inputs.front());
    return shape && shape->size() == 2;
  }

  bool keepsChannels(const Layer &layer) const {
    const GraphNode &node = graph.nodes[layer.nodes.front()];
    const std::vector<int64_t> *from = shapeOf(layer.inputs.front()),
                               *to = shapeOf(layer.outputs.front());
    if (!from || !to || from->size() < 2 || to->size() < 2 ||
        (*from)[0] != (*to)[0])
      return false;
    llvm::StringRef op = node.op;
    if (op == "Flatten" || op == "Reshape")
      return to->size() == 2 && from->size() > 2 && node.intOr("axis", 1) == 1;
    if (op == "Add") {
      const std::vector<int64_t> *other = shapeOf(layer.inputs.back());
      return layer.inputs.size() == 2 && other && *other == *from;
    }
    bool isReduced = op == "ReduceMean" && to->size() == from->size() &&
                     (*from)[1] > 1 &&
                     llvm::all_of(llvm::drop_begin(*to, 2),
                                  [](int64_t size) { return size == 1; });
    bool isKnown = op == "Relu" || op == "LeakyRelu" || op == "MaxPool" ||
                   op == "GlobalMaxPool" || op == "AveragePool" ||
                   op == "GlobalAveragePool" || op == "Identity" ||
                   op == "Clip" || isReduced;
    return isKnown && (*from)[1] == (*to)[1];
  }

  /// Its layers agree on how many channels there are.
  bool complete(ChannelSpace &space) const {
    llvm::sort(space.tensors);
    space.tensors.erase(std::unique(space.tensors.begin(), space.tensors.end()),
                        space.tensors.end());
    if (space.writers.empty() || space.readers.empty())
      return false;
    auto shape = [&](size_t layer) -> const std::vector<int64_t> & {
      return graph.constants.at(layers[layer].weights)->shape;
    };
    space.size =
        shape(space.writers.front())[layers[space.writers.front()].axis];
    for (size_t i : space.writers)
      if (shape(i)[layers[i].axis] != space.size)
        return false;
    for (size_t i : space.readers)
      if (!isDepthwise(graph, layers[i]) &&
          shape(i)[1 - layers[i].axis] % space.size != 0)
        return false;
    return true;
  }

  const Graph &graph;
  llvm::ArrayRef<Layer> layers;
  ShapeOf shapeOf;
  std::map<std::string, std::string> parents;
  std::set<std::string> pinned;
};
} // namespace

std::vector<ChannelSpace> findChannelSpaces(
    const Graph &graph, llvm::ArrayRef<Layer> layers,
    llvm::function_ref<const std::vector<int64_t> *(const std::string &)>
        shapeOf) {
  return Finder(graph, layers, shapeOf).find();
}

/// Calls `with` for each weight of a reader: its row, position and channel.
static void forEachWeight(
    const Graph &graph, const Layer &layer, int64_t size,
    llvm::function_ref<void(int64_t row, int64_t at, int64_t channel)> with) {
  Rows rows(graph.constants.at(layer.weights)->shape, layer.axis);
  bool depthwise = isDepthwise(graph, layer);
  int64_t each = rows.width() / size;
  for (int64_t r = 0; r < rows.count(); ++r)
    for (int64_t i = 0; i < rows.width(); ++i)
      with(r, rows.at(r, i), depthwise ? r : i / each);
}

void divideChannels(Graph &graph, llvm::ArrayRef<Layer> layers,
                    const ChannelSpace &space, llvm::ArrayRef<float> divisors) {
  auto change = [&](const std::string &name, auto edit) {
    Constant tensor = graph.constants.at(name);
    std::vector<float> values = tensor->floats();
    edit(values, *tensor);
    graph.constants[name] = floatConstant(tensor->shape, values);
  };
  for (size_t writer : space.writers) {
    const Layer &layer = layers[writer];
    change(layer.weights,
           [&](std::vector<float> &values, const GraphTensor &tensor) {
             Rows rows(tensor.shape, layer.axis);
             for (int64_t r = 0; r < rows.count(); ++r)
               for (int64_t i = 0; i < rows.width(); ++i)
                 values[rows.at(r, i)] /= divisors[r];
           });
    if (!layer.bias.empty())
      change(layer.bias, [&](std::vector<float> &values, const GraphTensor &) {
        for (size_t r = 0; r < values.size(); ++r)
          values[r] /= divisors[r];
      });
  }
  for (size_t reader : space.readers)
    change(layers[reader].weights,
           [&](std::vector<float> &values, const GraphTensor &) {
             forEachWeight(graph, layers[reader], space.size,
                           [&](int64_t, int64_t at, int64_t channel) {
                             values[at] *= divisors[channel];
                           });
           });
}

std::vector<float> weightParts(const Graph &graph, llvm::ArrayRef<Layer> layers,
                               const ChannelSpace &space) {
  std::vector<float> parts(space.size);
  for (size_t reader : space.readers) {
    const Layer &layer = layers[reader];
    if (isDepthwise(graph, layer))
      continue;
    std::vector<float> values = graph.constants.at(layer.weights)->floats();
    std::vector<float> largest(
        graph.constants.at(layer.weights)->shape[layer.axis]);
    auto visit = [&](auto with) {
      forEachWeight(graph, layer, space.size, with);
    };
    visit([&](int64_t row, int64_t at, int64_t) {
      largest[row] = std::max(largest[row], std::fabs(values[at]));
    });
    visit([&](int64_t row, int64_t at, int64_t channel) {
      if (largest[row] > 0)
        parts[channel] =
            std::max(parts[channel], std::fabs(values[at]) / largest[row]);
    });
  }
  return parts;
}

} // namespace dlc::calibrate
