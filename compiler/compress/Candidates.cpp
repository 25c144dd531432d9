//===- Candidates.cpp - What layers could become --------------------------===//

#include "compiler/compress/Candidates.h"
#include "compiler/calibrate/Subject.h"
#include "compiler/compress/Restore.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/GlobPattern.h"

using namespace dlc::import;
using namespace dlc::calibrate;

namespace dlc::compress {

/// Bytes of activations that are kept.
static constexpr int64_t kMostBytes = int64_t(1) << 29;
/// What loses more of a layer's results is nothing to measure.
static constexpr double kMostLoss = 0.5;

void Made::store(Graph &graph, const WeightedLayer &layer) const {
  if (fitted)
    storeWeights(graph, layer, fitted->weights);
  else if (factors->areSides)
    storeSides(graph, layer, *factors);
  else
    storeFactors(graph, layer, *factors);
}

Maker::Maker(Network &network, llvm::ArrayRef<Sample> samples,
             const Compile &compile)
    : network(network), samples(samples), compile(compile) {}

llvm::Error Maker::prepare() {
  std::set<std::string> read, all;
  for (const Layer &layer : findLayers(network.view)) {
    all.insert(layer.inputs.begin(), layer.inputs.end());
    all.insert(layer.outputs.begin(), layer.outputs.end());
  }
  all.erase("");
  for (const WeightedLayer &layer : network.layers)
    if (layer.refusal.empty())
      read.insert(layer.layer.inputs.front());
  auto watched = Watched::create(
      network.graph, std::vector<std::string>(all.begin(), all.end()), compile);
  if (!watched)
    return alreadySaid();
  findChannels(network,
               [&](const std::string &name) { return watched->shape(name); });
  int64_t each = 1;
  for (const std::string &name : read) {
    const std::vector<int64_t> *shape = watched->shape(name);
    if (!shape)
      return llvm::createStringError("tensor '" + name + "' is not of float32");
    int64_t size = 2 * sizeof(float);
    for (int64_t dimension : *shape)
      size *= dimension;
    each += size;
    shapes[name] = *shape;
  }
  for (const Sample &sample : samples) {
    watched->run(sample);
    for (const std::string &name : read)
      for (float x : watched->values(name))
        if (!std::isfinite(x))
          return llvm::createStringError(
              "tensor '" + name + "' is not finite for a sample of the data");
  }
  samples = samples.take_front(
      static_cast<size_t>(std::max<int64_t>(1, kMostBytes / each)));
  before = std::make_unique<Activations>(samples, compile);
  after = std::make_unique<Activations>(samples, compile);
  return llvm::Error::success();
}

llvm::Error Maker::begin(size_t index, const Graph *changed) {
  layer = &network.layers[index];
  const std::string &input = layer->layer.inputs.front();
  const Activations::Values *x = before->get(network.graph, input);
  const Activations::Values *q = x && changed ? after->get(*changed, input) : x;
  if (!q)
    return alreadySaid();
  data = std::make_unique<LayerData>(network.view, *layer, shapes.at(input), *x,
                                     *q);
  directions.reset();
  sides.reset();
  return llvm::Error::success();
}

void Maker::startAgain() {
  after = std::make_unique<Activations>(samples, compile);
}

llvm::Expected<std::optional<NewWeights>>
Maker::restore(size_t index, const Graph &changed, const Form &form,
               const NewWeights &made) {
  const WeightedLayer &one = network.layers[index];
  const std::string &input = one.layer.inputs.front();
  const Activations::Values *x = before->get(network.graph, input);
  const Activations::Values *q = x ? after->get(changed, input) : nullptr;
  if (!q)
    return alreadySaid();
  return restoreStatistics(network.view, one, form, made, shapes.at(input), *x,
                           *q);
}

llvm::Expected<Made> Maker::make(const Form &form) {
  Made made;
  if (!form.rank) {
    llvm::Expected<Fitted> fitted = fit(*layer, *data, form);
    if (!fitted)
      return fitted.takeError();
    made.fitted = std::move(*fitted);
    return made;
  }
  if (form.sides && !sides)
    sides = std::make_unique<Sides>(*layer, *data);
  else if (!form.sides && !directions)
    directions = std::make_unique<Directions>(*layer, *data);
  llvm::Expected<Factors> factors =
      form.sides ? sides->factors(form.rank) : directions->factors(form.rank);
  if (!factors)
    return factors.takeError();
  made.factors = std::move(*factors);
  return made;
}

/// The first of the layers, for a message.
static std::string namesOf(llvm::ArrayRef<WeightedLayer> layers) {
  constexpr size_t kMost = 8;
  std::string text;
  for (const WeightedLayer &layer : layers.take_front(kMost))
    text += (text.empty() ? "'" : ", '") + layer.layer.name + "'";
  return text + (layers.size() > kMost ? " ..." : "");
}

llvm::Expected<std::vector<std::optional<Form>>>
wishedForms(llvm::ArrayRef<std::pair<std::string, Form>> patterns,
            llvm::ArrayRef<WeightedLayer> layers) {
  std::vector<std::optional<Form>> wished(layers.size());
  for (const auto &[text, form] : patterns) {
    llvm::Expected<llvm::GlobPattern> pattern = llvm::GlobPattern::create(text);
    if (!pattern)
      return llvm::createStringError("--layers=" + text + ": " +
                                     llvm::toString(pattern.takeError()));
    bool matches = false;
    for (auto [i, layer] : llvm::enumerate(layers)) {
      if (!pattern->match(layer.layer.name))
        continue;
      matches = true;
      if (!wished[i])
        wished[i] = form;
    }
    if (!matches)
      return llvm::createStringError(
          "--layers=" + text +
          ": no layer with weights has such a name; there are " +
          namesOf(layers));
  }
  return wished;
}

void keepFront(std::vector<Candidate> &candidates) {
  auto keyOf = [](const Candidate &one) {
    return std::tuple(-one.saved, one.made.loss(), one.form.text());
  };
  llvm::sort(candidates, [&](const Candidate &a, const Candidate &b) {
    return keyOf(a) < keyOf(b);
  });
  double least = std::numeric_limits<double>::infinity();
  for (Candidate &one : candidates) {
    double loss = one.made.loss();
    if (one.saved <= 0)
      one.verdict = Verdict::SavesNothing;
    else if (!(loss < kMostLoss))
      one.verdict = Verdict::TooLossy;
    else if (loss < least) {
      one.verdict = Verdict::Passed; // to be measured
      least = loss;
    }
  }
}

static double decibelsOf(double loss) {
  return loss > 0 ? -10 * std::log10(loss)
                  : std::numeric_limits<double>::infinity();
}

TriedRow triedRow(const Candidate &candidate, const WeightedLayer &layer) {
  TriedRow row;
  row.layer = layer.layer.name;
  row.form = candidate.form.text();
  row.saved = candidate.saved;
  row.layerDecibels = decibelsOf(candidate.made.loss());
  if (candidate.alone) {
    row.decibels = candidate.alone->decibels();
    row.drop = candidate.alone->drop;
  }
  row.verdict = candidate.verdict;
  return row;
}

LayerRow layerRow(const WeightedLayer &layer, const Candidate *candidate) {
  LayerRow row;
  row.name = layer.layer.name;
  row.op = layer.layer.op;
  row.form = "keep";
  row.weights = static_cast<int64_t>(layer.values.size());
  row.reason = layer.refusal;
  if (candidate) {
    row.form = candidate->form.text();
    row.saved = candidate->saved;
    row.decibels = decibelsOf(candidate->made.loss());
  }
  return row;
}

} // namespace dlc::compress
