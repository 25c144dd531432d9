//===- Subject.cpp - The network that is quantised ------------------------===//

#include "compiler/calibrate/Subject.h"
#include "compiler/calibrate/LayerConstants.h"
#include "compiler/calibrate/graph/Tensors.h"
#include "llvm/ADT/STLExtras.h"

using namespace dlc::import;

namespace dlc::calibrate {

llvm::Error alreadySaid() { return llvm::createStringError(""); }

llvm::Error Subject::take(Graph taken) {
  graph = std::move(taken);
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
  groups = quantisedTensors(graph, layers);
  auto observed = observe(*reference, data.samples, groups);
  if (!observed)
    return observed.takeError();
  histograms.assign(observed->begin(), observed->end());
  return llvm::Error::success();
}

std::vector<std::string> Subject::judged() const {
  std::vector<std::string> names;
  for (const GraphValue &output : graph.outputs) {
    std::string name = output.name;
    for (const Layer &layer : layers)
      if (layer.outputs.front() == name && rangeByDefinition(layer.op))
        name = layer.inputs.front();
    if (reference->shape(name))
      names.push_back(name);
  }
  return names;
}

QuantisationPlan Subject::scalesBy(RangeMethod method,
                                   const std::set<size_t> &kept) const {
  bool inFloats = options.kept == Kept::Float;
  std::vector<Layer> quantised;
  std::set<std::string> wide;
  QuantisationPlan plan;
  for (size_t i = 0; i < graph.nodes.size(); ++i)
    plan.floatNodes.insert(i);
  for (auto [i, layer] : llvm::enumerate(layers)) {
    bool isKept = kept.count(i);
    if (isKept && inFloats)
      continue;
    for (size_t node : layer.nodes)
      plan.floatNodes.erase(node);
    quantised.push_back(layer);
    if (!isKept)
      continue;
    wide.insert(layer.inputs.begin(), layer.inputs.end());
    wide.insert(layer.outputs.begin(), layer.outputs.end());
  }
  std::map<std::string, Range> known;
  for (const Layer &layer : quantised)
    if (auto range = rangeByDefinition(layer.op))
      known[layer.outputs.front()] = {range->first, range->second};
  std::set<std::string> asked;
  for (const std::vector<std::string> &group :
       quantisedTensors(graph, quantised))
    asked.insert(group.begin(), group.end());
  for (auto [group, histogram] : llvm::zip_equal(groups, histograms)) {
    Range range = chooseRange(histogram, method, 8, options.percent);
    bool isWide = options.activationBits == 16;
    for (const std::string &name : group) {
      isWide |= wide.count(name) != 0;
      if (auto found = known.find(name); found != known.end())
        range = found->second;
    }
    QuantisedTensor tensor{asymmetric(range, 8), 8};
    // 16 bits have room for all numbers, and for a zero point of 0.
    if (isWide)
      tensor = {symmetric(histogram.range.largest(), 16), 16};
    for (const std::string &name : group)
      if (asked.count(name))
        plan.tensors[name] = tensor;
  }
  return plan;
}

int Subject::weightBits(const Layer &layer,
                        const QuantisationPlan &plan) const {
  // Of layers that 8 bits harm both are wider.
  bool isKept = plan.tensors.at(layer.inputs.front()).bits == 16 &&
                options.activationBits == 8;
  return isKept ? 8 : options.weightBits;
}

int64_t Subject::scores() const {
  const std::vector<int64_t> *shape =
      reference->shape(graph.outputs.front().name);
  int64_t scores = shape ? 1 : 0;
  for (int64_t dimension : shape ? *shape : std::vector<int64_t>())
    scores *= dimension;
  return scores;
}

llvm::Expected<Comparison>
Subject::compare(const Graph &quantised,
                 llvm::ArrayRef<std::string> names) const {
  std::map<std::string, std::string> called;
  std::vector<std::string> other;
  for (const std::string &name : names)
    other.push_back(called[name] = dequantisedName(quantised, name));
  auto watched = Watched::create(quantised, other, compile);
  if (!watched)
    return alreadySaid();
  return compareNetworks(
      *reference, *watched, data, names,
      [&](const std::string &name) { return called[name]; },
      graph.outputs.front().name);
}

llvm::Expected<double> Subject::decibels(const QuantisationPlan &plan) const {
  std::vector<std::string> names = judged();
  auto found = compare(insertQdq(graph, plan), names);
  if (!found)
    return found.takeError();
  double worst = std::numeric_limits<double>::infinity();
  for (const std::string &name : names)
    worst = std::min(worst, found->tensors[name].decibels());
  return worst;
}

void roundToNearest(const Subject &subject, QuantisationPlan &plan) {
  const Graph &graph = subject.graph;
  for (const Layer &layer : subject.layers) {
    if (layer.kind != LayerKind::Products ||
        plan.floatNodes.count(layer.nodes.front()))
      continue;
    int bits = subject.weightBits(layer, plan);
    float unit = plan.tensors.at(layer.inputs.front()).affine.scale;
    LayerConstants made(graph, layer, bits);
    for (int64_t r = 0; r < made.rows().count(); ++r) {
      LayerConstants::Row row = made.nearest(r, unit);
      made.set(r, row.integers, row.scale, made.bias(r), unit);
    }
    made.moveTo(plan);
  }
}

} // namespace dlc::calibrate
