//===- Quantise.cpp - A float network made a quantised one ----------------===//

#include "compiler/calibrate/Quantise.h"
#include "compiler/calibrate/Measure.h"
#include "compiler/calibrate/Observe.h"
#include "compiler/calibrate/graph/InsertQdq.h"
#include "compiler/calibrate/graph/Layers.h"
#include "compiler/calibrate/graph/Tensors.h"
#include "compiler/calibrate/numbers/Weights.h"
#include "llvm/ADT/STLExtras.h"

using namespace dlc::import;

namespace dlc::calibrate {

/// Stands behind a diagnostic.
static llvm::Error alreadySaid() { return llvm::createStringError(""); }

static llvm::Error checkFloat(const Graph &graph) {
  for (const GraphNode &node : graph.nodes) {
    llvm::StringRef op = node.op;
    if (op == "QuantizeLinear" || op.starts_with("QLinear") || op == "QGemm" ||
        op == "ConvInteger" || op == "MatMulInteger" ||
        op == "DynamicQuantizeLinear" || op == "DynamicQuantizeMatMul" ||
        op == "QAttention")
      return llvm::createStringError(
          "the network is quantised already: node '" + node.name + "' (" + op +
          "); give the float network that it was made from");
  }
  return llvm::Error::success();
}

namespace {
class Quantiser {
public:
  Quantiser(Graph graph, const Data &data, const Options &options,
            const Compile &compile, Report &report)
      : graph(std::move(graph)), data(data), options(options), compile(compile),
        report(report) {}

  llvm::Expected<Graph> run() {
    if (llvm::Error error = checkFloat(graph))
      return error;
    foldNormalisations(graph);
    separateConstants(graph);
    if (llvm::Error error = watch())
      return error;
    if (llvm::Error error = chooseScales())
      return error;
    quantiseConstants();
    Graph quantised = insertQdq(graph, plan);
    if (llvm::Error error = measure(quantised))
      return error;
    return quantised;
  }

private:
  /// Compiles the float network, and leaves the layers on floats.
  llvm::Error watch() {
    layers = findLayers(graph);
    std::set<std::string> names;
    for (const Layer &layer : layers) {
      names.insert(layer.inputs.begin(), layer.inputs.end());
      names.insert(layer.outputs.begin(), layer.outputs.end());
    }
    names.erase("");
    reference = Watched::create(
        graph, std::vector<std::string>(names.begin(), names.end()), compile);
    if (!reference)
      return alreadySaid();
    llvm::erase_if(layers, [&](const Layer &layer) {
      auto isOther = [&](const std::string &name) {
        return !name.empty() && !reference->shape(name);
      };
      return llvm::any_of(layer.inputs, isOther) ||
             llvm::any_of(layer.outputs, isOther);
    });
    if (llvm::none_of(layers, [](const Layer &layer) {
          return layer.kind == LayerKind::Products;
        }))
      return llvm::createStringError(
          "there is nothing to quantise: the network has no convolution or "
          "product with constant weights of float32");
    std::set<size_t> inLayers;
    for (const Layer &layer : layers)
      inLayers.insert(layer.nodes.begin(), layer.nodes.end());
    for (size_t i = 0; i < graph.nodes.size(); ++i)
      if (!inLayers.count(i))
        plan.floatNodes.insert(i);
    return llvm::Error::success();
  }

  llvm::Error chooseScales() {
    auto groups = quantisedTensors(graph, layers);
    auto histograms = observe(*reference, data.samples, groups);
    if (!histograms)
      return histograms.takeError();
    std::map<std::string, Range> known;
    for (const Layer &layer : layers)
      if (auto range = rangeByDefinition(layer.op))
        known[layer.outputs.front()] = {range->first, range->second};
    for (auto [group, histogram] : llvm::zip_equal(groups, *histograms)) {
      Range range = chooseRange(histogram, options.method, 8, options.percent);
      for (const std::string &name : group)
        if (auto found = known.find(name); found != known.end())
          range = found->second;
      for (const std::string &name : group)
        plan.tensors[name] = {asymmetric(range, 8), 8};
    }
    return llvm::Error::success();
  }

  void quantiseConstants() {
    for (const Layer &layer : layers)
      if (layer.kind == LayerKind::Products)
        quantiseLayer(layer);
  }

  void quantiseLayer(const Layer &layer) {
    float unit = plan.tensors.at(layer.inputs.front()).affine.scale;
    Constant tensor = graph.constants.at(layer.weights);
    std::vector<float> values = tensor->floats(), biases;
    if (!layer.bias.empty())
      biases = graph.constants.at(layer.bias)->floats();
    Rows rows(tensor->shape, layer.axis);
    QuantisedConstant weights, bias;
    weights.type = options.weightBits == 4 ? DataType::Int4 : DataType::Int8;
    weights.shape = tensor->shape;
    weights.axis = layer.axis;
    weights.integers.resize(values.size());
    for (int64_t r = 0; r < rows.count(); ++r) {
      std::vector<float> row = rows.row<float>(values, r);
      float offset = biases.empty() ? 0 : biases[r];
      Affine affine = rowAffine(row, options.weightBits, offset, unit);
      std::vector<int32_t> integers;
      for (float x : row)
        integers.push_back(affine.quantise(x));
      rows.setRow<int32_t>(weights.integers, r, integers);
      weights.scales.push_back(affine.scale);
      bias.scales.push_back(unit * affine.scale);
      bias.integers.push_back(quantisedBias(offset, bias.scales.back()));
    }
    plan.constants[layer.weights] = std::move(weights);
    if (layer.bias.empty())
      return;
    bias.type = DataType::Int32;
    bias.shape = graph.constants.at(layer.bias)->shape;
    bias.axis = static_cast<int64_t>(bias.shape.size()) - 1;
    plan.constants[layer.bias] = std::move(bias);
  }

  llvm::Error measure(const Graph &quantised) {
    std::vector<std::string> names, other;
    for (const Layer &layer : layers)
      names.push_back(layer.outputs.front());
    for (const GraphValue &output : graph.outputs)
      if (reference->shape(output.name))
        names.push_back(output.name);
    std::map<std::string, std::string> called;
    for (const std::string &name : names)
      other.push_back(called[name] = dequantisedName(quantised, name));
    auto watched = Watched::create(quantised, other, compile);
    if (!watched)
      return alreadySaid();
    Comparison found = compareNetworks(
        *reference, *watched, data, names,
        [&](const std::string &name) { return called[name]; },
        graph.outputs.front().name);
    describe(found);
    return llvm::Error::success();
  }

  void describe(Comparison &found) {
    report.samples = data.samples.size();
    for (const Layer &layer : layers) {
      bool products = layer.kind == LayerKind::Products;
      report.layers.push_back(
          {layer.name, layer.op,
           products && options.weightBits == 4 ? "int8, weights int4" : "int8",
           found.tensors[layer.outputs.front()].decibels()});
    }
    for (const GraphValue &output : graph.outputs)
      if (auto noise = found.tensors.find(output.name);
          noise != found.tensors.end())
        report.outputs.push_back({output.name, noise->second.decibels()});
    if (data.labels.empty())
      return;
    double percent = 100.0 / static_cast<double>(data.labels.size());
    report.floatAccuracy = percent * static_cast<double>(found.rightOfFloat);
    report.accuracy = percent * static_cast<double>(found.right);
  }

  Graph graph;
  const Data &data;
  const Options &options;
  const Compile &compile;
  Report &report;
  std::vector<Layer> layers;
  std::unique_ptr<Watched> reference;
  QuantisationPlan plan;
};
} // namespace

llvm::Expected<Graph> quantise(Graph graph, const Data &data,
                               const Options &options, const Compile &compile,
                               Report &report) {
  return Quantiser(std::move(graph), data, options, compile, report).run();
}

} // namespace dlc::calibrate
