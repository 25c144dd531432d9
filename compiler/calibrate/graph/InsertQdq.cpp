//===- InsertQdq.cpp - A graph with its tensors quantised -----------------===//

#include "compiler/calibrate/graph/InsertQdq.h"
#include "llvm/ADT/STLExtras.h"

using namespace dlc::import;

namespace dlc::calibrate {

std::vector<float> QuantisedConstant::dequantised() const {
  std::vector<float> values(integers.size());
  int64_t inside = 1;
  for (size_t i = axis + 1; i < shape.size(); ++i)
    inside *= shape[i];
  for (size_t i = 0; i < values.size(); ++i) {
    size_t channel = scales.size() == 1 ? 0 : i / inside % scales.size();
    values[i] = static_cast<float>(integers[i]) * scales[channel];
  }
  return values;
}

static constexpr llvm::StringLiteral kDequantised = "_dequantized";

std::string dequantisedName(const Graph &quantised, const std::string &name) {
  std::string behind = name + kDequantised.str();
  return quantised.producers().count(behind) ? behind : name;
}

namespace {
class Inserter {
public:
  Inserter(const Graph &graph, const QuantisationPlan &plan)
      : plan(plan), producers(graph.producers()), old(graph), result(graph) {}

  Graph insert() {
    result.nodes.clear();
    for (const auto &[name, constant] : plan.constants)
      addConstant(name, constant);
    for (const GraphValue &input : old.inputs)
      addTensor(input.name);
    for (size_t i = 0; i < old.nodes.size(); ++i) {
      GraphNode node = old.nodes[i];
      for (std::string &name : node.inputs)
        name = readName(name, i);
      for (std::string &name : node.outputs)
        if (isQuantisedOutput(name))
          name += "_float";
      result.nodes.push_back(std::move(node));
      for (const std::string &name : old.nodes[i].outputs)
        addTensor(name);
    }
    return std::move(result);
  }

private:
  bool isQuantisedOutput(const std::string &name) const {
    return plan.tensors.count(name) && old.isOutput(name) &&
           producers.count(name);
  }

  std::string readName(const std::string &name, size_t reader) const {
    if (!plan.tensors.count(name) || isQuantisedOutput(name))
      return name;
    auto producer = producers.find(name);
    bool fromFloat =
        producer == producers.end() || plan.floatNodes.count(producer->second);
    return plan.floatNodes.count(reader) && fromFloat
               ? name
               : name + kDequantised.str();
  }

  /// Behind the tensor, where there is one to quantise.
  void addTensor(const std::string &name) {
    auto found = plan.tensors.find(name);
    if (found == plan.tensors.end())
      return;
    const QuantisedTensor &tensor = found->second;
    DataType type = tensor.bits == 16 ? DataType::Int16 : DataType::Int8;
    std::string scale = name + "_scale", zero = name + "_zero_point",
                integers = name + "_quantized";
    result.constants[scale] = floatConstant({}, tensor.affine.scale);
    result.constants[zero] = integerConstant(type, {}, tensor.affine.zero);
    bool isOutput = isQuantisedOutput(name);
    addNode(name, "QuantizeLinear", {isOutput ? name + "_float" : name},
            integers, scale, zero);
    addNode(name, "DequantizeLinear", {integers},
            isOutput ? name : name + kDequantised.str(), scale, zero);
  }

  GraphNode &addNode(const std::string &of, const std::string &op,
                     std::vector<std::string> inputs, std::string output,
                     const std::string &scale, const std::string &zero) {
    GraphNode node;
    node.name = of + "_" + op;
    node.op = op;
    node.inputs = std::move(inputs);
    node.inputs.insert(node.inputs.end(), {scale, zero});
    node.outputs = {std::move(output)};
    return result.nodes.emplace_back(std::move(node));
  }

  void addConstant(const std::string &name, const QuantisedConstant &constant) {
    std::string scale = name + "_scale", zero = name + "_zero_point",
                integers = name + "_quantized";
    bool whole = constant.scales.size() == 1;
    std::vector<int64_t> shape;
    if (!whole)
      shape.push_back(static_cast<int64_t>(constant.scales.size()));
    result.constants[integers] =
        integerConstant(constant.type, constant.shape, constant.integers);
    result.constants[scale] = floatConstant(shape, constant.scales);
    result.constants[zero] = integerConstant(
        constant.type, shape, std::vector<int32_t>(constant.scales.size()));
    result.constants.erase(name);
    GraphNode &node =
        addNode(name, "DequantizeLinear", {integers}, name, scale, zero);
    if (!whole)
      node.ints["axis"] = constant.axis;
  }

  const QuantisationPlan &plan;
  std::map<std::string, size_t> producers;
  const Graph &old;
  Graph result;
};
} // namespace

Graph insertQdq(const Graph &graph, const QuantisationPlan &plan) {
  return Inserter(graph, plan).insert();
}

} // namespace dlc::calibrate
