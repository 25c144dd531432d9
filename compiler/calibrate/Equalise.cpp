//===- Equalise.cpp - Channels of like sizes ------------------------------===//

#include "compiler/calibrate/Equalise.h"
#include "compiler/calibrate/graph/Channels.h"
#include "compiler/calibrate/numbers/FewValues.h"

using namespace dlc::import;

namespace dlc::calibrate {

/// The largest absolute number of each channel, in all tensors of the space.
static std::vector<float> reaches(const Subject &subject,
                                  const ChannelSpace &space) {
  std::vector<float> result(space.size);
  for (const std::string &name : space.tensors) {
    llvm::ArrayRef<float> values = subject.reference->values(name);
    int64_t images = subject.reference->shape(name)->front();
    int64_t inside = static_cast<int64_t>(values.size()) / images / space.size;
    for (size_t i = 0; i < values.size(); ++i) {
      auto channel = static_cast<int64_t>(i) / inside % space.size;
      result[channel] = std::max(result[channel], std::fabs(values[i]));
    }
  }
  return result;
}

static float divisorOf(float reach, float part, double share) {
  // Beyond, a channel has no part in what comes out, or a layer's weights come
  // near to the least floats.
  constexpr double kMost = 1e3;
  if (!(reach > 0))
    return 1;
  double by = std::pow(reach, share);
  if (part > 0)
    by /= std::pow(part, 1 - share);
  return static_cast<float>(std::clamp(by, 1 / kMost, kMost));
}

static bool hasStructure(const Subject &subject,
                         llvm::ArrayRef<size_t> layers) {
  return llvm::any_of(layers, [&](size_t l) {
    const Layer &layer = subject.layers[l];
    const GraphTensor &weights = *subject.graph.constants.at(layer.weights);
    Structure found =
        structureOf(weights.floats(), Rows(weights.shape, layer.axis));
    return found == Structure::Steps || found == Structure::Values;
  });
}

std::optional<Graph> equalised(const Subject &subject, double share) {
  std::vector<ChannelSpace> spaces = findChannelSpaces(
      subject.graph, subject.layers,
      [&](const std::string &name) { return subject.reference->shape(name); });
  // Divided, weights of few values would be many.
  llvm::erase_if(spaces, [&](const ChannelSpace &space) {
    return hasStructure(subject, space.writers) ||
           hasStructure(subject, space.readers);
  });
  if (spaces.empty())
    return std::nullopt;
  std::vector<std::vector<float>> reach(spaces.size());
  for (const Sample &sample : subject.data.samples) {
    subject.reference->run(sample);
    for (size_t i = 0; i < spaces.size(); ++i) {
      std::vector<float> one = reaches(subject, spaces[i]);
      reach[i].resize(one.size());
      for (size_t c = 0; c < one.size(); ++c)
        reach[i][c] = std::max(reach[i][c], one[c]);
    }
  }
  Graph graph = subject.graph;
  for (size_t i = 0; i < spaces.size(); ++i) {
    std::vector<float> parts =
        weightParts(subject.graph, subject.layers, spaces[i]);
    std::vector<float> divisors;
    for (size_t c = 0; c < parts.size(); ++c)
      divisors.push_back(divisorOf(reach[i][c], parts[c], share));
    divideChannels(graph, subject.layers, spaces[i], divisors);
  }
  return graph;
}

} // namespace dlc::calibrate
