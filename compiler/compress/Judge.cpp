//===- Judge.cpp - What a network has lost --------------------------------===//

#include "compiler/compress/Judge.h"
#include "compiler/calibrate/Subject.h"
#include "llvm/ADT/STLExtras.h"

using namespace dlc::import;
using namespace dlc::calibrate;

namespace dlc::compress {

Data everySecond(const Data &data, size_t first) {
  Data part;
  for (size_t i = first; i < data.samples.size(); i += 2) {
    part.samples.push_back(data.samples[i]);
    if (!data.labels.empty())
      part.labels.push_back(data.labels[i]);
  }
  return part;
}

double Score::decibels() const {
  return noise == 0 ? std::numeric_limits<double>::infinity()
                    : -10 * std::log10(noise);
}

llvm::Error Judge::take(const Graph &graph) {
  auto producers = graph.producers();
  auto producerOf = [&](const std::string &name) {
    auto found = producers.find(name);
    return found == producers.end() ? nullptr : &graph.nodes[found->second];
  };
  const std::string &first = graph.outputs.front().name;
  for (const GraphValue &output : graph.outputs) {
    std::string name = output.name;
    const GraphNode *node = producerOf(name);
    if (node && node->is("QuantizeLinear"))
      name = node->in(0);
    if (output.name == first)
      classes = name;
    node = producerOf(name);
    watched.push_back(node && rangeByDefinition(node->op) ? node->in(0) : name);
    if (output.name == first)
      scores = watched.back();
  }
  judged = watched;
  watched.push_back(classes);
  reference = Watched::create(graph, watched, compile);
  if (!reference)
    return alreadySaid();
  llvm::erase_if(
      judged, [&](const std::string &name) { return !reference->shape(name); });
  const std::vector<int64_t> *shape = reference->shape(classes);
  int64_t count = shape ? 1 : 0;
  for (int64_t dimension : shape ? *shape : std::vector<int64_t>())
    count *= dimension;
  if (count < 2)
    return llvm::createStringError(
        "what compression may lose is said in points of accuracy, but the "
        "network's first output '" +
        first + "' has no scores of classes");
  for (int64_t label : data.labels)
    if (label >= count)
      return llvm::createStringError(
          "the label " + llvm::Twine(label) +
          " is no class: the network's first output '" + first + "' has " +
          llvm::Twine(count) + " scores, for labels from 0 on");
  readMargins();
  return llvm::Error::success();
}

void Judge::readMargins() {
  for (const Sample &sample : data.samples) {
    reference->run(sample);
    float most = -std::numeric_limits<float>::infinity(), second = most;
    for (float score : reference->values(scores)) {
      second = std::max(second, std::min(most, score));
      most = std::max(most, score);
    }
    margins.push_back(static_cast<double>(most) - second);
  }
}

/// The noise is taken to be normal and the same in each score: the difference
/// of two has twice its variance.
double Judge::expectedChanges(const Noise &noise) const {
  if (noise.noise == 0)
    return 0;
  double count = static_cast<double>(reference->values(scores).size()) *
                 static_cast<double>(margins.size());
  double deviation = std::sqrt(noise.noise / count);
  double changes = 0;
  for (double margin : margins)
    changes += std::erfc(margin / (2 * deviation)) / 2;
  return 100 * changes / static_cast<double>(margins.size());
}

llvm::Expected<Score> Judge::measure(const Graph &graph) {
  auto other = Watched::create(graph, watched, compile);
  if (!other)
    return alreadySaid();
  Comparison found = compareNetworks(
      *reference, *other, data, judged,
      [](const std::string &name) { return name; }, classes);
  Score score;
  for (const std::string &name : judged) {
    const Noise &noise = found.tensors[name];
    double ratio =
        noise.noise == 0 ? 0 : noise.noise / std::max(noise.signal, 1e-300);
    score.noise = std::isfinite(ratio)
                      ? std::max(score.noise, ratio)
                      : std::numeric_limits<double>::infinity();
  }
  auto all = static_cast<double>(data.samples.size());
  score.drop = found.drop(data);
  size_t changed = data.samples.size() - found.same;
  if (!data.labels.empty()) {
    // Those that were right and are not, and the other way round.
    changed = 2 * found.lost + found.right - found.rightOfFloat;
    score.accuracyBefore = 100 * static_cast<double>(found.rightOfFloat) / all;
    score.accuracy = 100 * static_cast<double>(found.right) / all;
  }
  if (auto noise = found.tensors.find(scores); noise != found.tensors.end())
    score.expected = expectedChanges(noise->second);
  score.doubt = 100 * std::sqrt(static_cast<double>(changed)) / all;
  return score;
}

} // namespace dlc::compress
