//===- Graph.cpp - An ONNX graph as plain data ----------------------------===//

#include "compiler/import/edit/Graph.h"
#include "llvm/ADT/STLExtras.h"
#include <cstring>

namespace dlc::import {

int64_t GraphTensor::size() const {
  int64_t count = 1;
  for (int64_t dimension : shape)
    count *= dimension;
  return count;
}

std::vector<float> GraphTensor::floats() const {
  std::vector<float> values(bytes.size() / sizeof(float));
  if (!values.empty())
    std::memcpy(values.data(), bytes.data(), values.size() * sizeof(float));
  return values;
}

Constant floatConstant(std::vector<int64_t> shape,
                       llvm::ArrayRef<float> values) {
  auto tensor = std::make_shared<GraphTensor>();
  tensor->shape = std::move(shape);
  tensor->bytes.resize(values.size() * sizeof(float));
  if (!values.empty())
    std::memcpy(tensor->bytes.data(), values.data(), tensor->bytes.size());
  return tensor;
}

static size_t bytesOf(DataType type) {
  switch (type) {
  case DataType::Int32:
  case DataType::Float:
    return 4;
  case DataType::Int16:
  case DataType::UInt16:
    return 2;
  case DataType::Int64:
    return 8;
  default:
    return 1;
  }
}

Constant integerConstant(DataType type, std::vector<int64_t> shape,
                         llvm::ArrayRef<int32_t> values) {
  auto tensor = std::make_shared<GraphTensor>();
  tensor->type = type;
  tensor->shape = std::move(shape);
  size_t width = bytesOf(type);
  tensor->bytes.resize(values.size() * width);
  for (auto [i, value] : llvm::enumerate(values)) {
    int64_t wide = value;
    std::memcpy(tensor->bytes.data() + i * width, &wide, width);
  }
  return tensor;
}

const std::string &GraphNode::in(size_t i) const {
  static const std::string none;
  return i < inputs.size() ? inputs[i] : none;
}

int64_t GraphNode::intOr(const std::string &key, int64_t absent) const {
  auto found = ints.find(key);
  return found == ints.end() ? absent : found->second;
}

float GraphNode::realOr(const std::string &key, float absent) const {
  auto found = reals.find(key);
  return found == reals.end() ? absent : found->second;
}

Constant Graph::floatsOf(const std::string &name) const {
  auto found = constants.find(name);
  return found != constants.end() && found->second->type == DataType::Float
             ? found->second
             : nullptr;
}

bool Graph::isOutput(const std::string &name) const {
  return llvm::any_of(
      outputs, [&](const GraphValue &output) { return output.name == name; });
}

std::set<std::string> Graph::used() const {
  std::set<std::string> names;
  for (const GraphNode &node : nodes) {
    names.insert(node.inputs.begin(), node.inputs.end());
    names.insert(node.captured.begin(), node.captured.end());
  }
  for (const GraphValue &output : outputs)
    names.insert(output.name);
  return names;
}

std::string Graph::freshName(const std::string &wish) const {
  std::set<std::string> taken = used();
  for (const GraphNode &node : nodes) {
    taken.insert(node.outputs.begin(), node.outputs.end());
    taken.insert(node.name);
  }
  for (const GraphValue &input : inputs)
    taken.insert(input.name);
  std::string name = wish;
  for (unsigned i = 1; taken.count(name) || constants.count(name); ++i)
    name = wish + "_" + std::to_string(i);
  return name;
}

std::map<std::string, size_t> Graph::producers() const {
  std::map<std::string, size_t> producers;
  for (auto [i, node] : llvm::enumerate(nodes))
    for (const std::string &name : node.outputs)
      if (!name.empty())
        producers.emplace(name, i);
  return producers;
}

std::map<std::string, std::vector<size_t>> Graph::consumers() const {
  std::map<std::string, std::vector<size_t>> consumers;
  for (auto [i, node] : llvm::enumerate(nodes))
    for (const std::vector<std::string> *names : {&node.inputs, &node.captured})
      for (const std::string &name : *names)
        if (!name.empty() &&
            (consumers[name].empty() || consumers[name].back() != i))
          consumers[name].push_back(i);
  return consumers;
}

Graph withOutputs(Graph graph, llvm::ArrayRef<std::string> names) {
  for (const std::string &name : names)
    if (!graph.isOutput(name))
      graph.outputs.push_back({name, /*isOwn=*/false});
  return graph;
}

Graph extract(const Graph &graph, llvm::ArrayRef<GraphValue> inputs,
              llvm::ArrayRef<std::string> outputs) {
  Graph part = graph;
  part.nodes.clear();
  part.inputs = inputs;
  part.outputs.clear();
  std::set<std::string> given, needed(outputs.begin(), outputs.end());
  for (const GraphValue &input : inputs)
    given.insert(input.name);
  for (const GraphNode &node : llvm::reverse(graph.nodes)) {
    bool isNeeded = llvm::any_of(node.outputs, [&](const std::string &name) {
      return needed.count(name) && !given.count(name);
    });
    if (!isNeeded)
      continue;
    needed.insert(node.inputs.begin(), node.inputs.end());
    needed.insert(node.captured.begin(), node.captured.end());
    part.nodes.push_back(node);
  }
  std::reverse(part.nodes.begin(), part.nodes.end());
  llvm::erase_if(part.inputs, [&](const GraphValue &input) {
    return !needed.count(input.name);
  });
  return withOutputs(std::move(part), outputs);
}

} // namespace dlc::import
