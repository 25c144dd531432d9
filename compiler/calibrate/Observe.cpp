//===- Observe.cpp - The numbers of a running network ---------------------===//

#include "compiler/calibrate/Observe.h"
#include "llvm/ADT/STLExtras.h"

using namespace dlc::import;

namespace dlc::calibrate {

std::unique_ptr<Watched> Watched::create(const Graph &graph,
                                         llvm::ArrayRef<std::string> names,
                                         const Compile &compile) {
  std::set<std::string> given;
  for (const GraphValue &input : graph.inputs)
    given.insert(input.name);
  std::vector<std::string> computed;
  for (const std::string &name : names)
    if (!given.count(name))
      computed.push_back(name);
  auto watched = std::make_unique<Watched>();
  watched->network = compile(withOutputs(graph, computed));
  if (!watched->network)
    return nullptr;
  for (auto [i, port] : llvm::enumerate(watched->network->inputs))
    if (port.isFloat)
      watched->inputs[port.name] = i;
  for (auto [i, port] : llvm::enumerate(watched->network->outputs))
    if (port.isFloat)
      watched->outputs[port.name] = i;
  return watched;
}

void Watched::run(const Sample &sample) {
  last = &sample;
  network->run(sample.addresses());
}

llvm::ArrayRef<float> Watched::values(const std::string &name) const {
  if (auto found = outputs.find(name); found != outputs.end())
    return network->output(found->second);
  auto found = inputs.find(name);
  if (found == inputs.end() || !last)
    return {};
  const std::vector<char> &bytes = last->inputs[found->second];
  return {reinterpret_cast<const float *>(bytes.data()),
          bytes.size() / sizeof(float)};
}

const std::vector<int64_t> *Watched::shape(const std::string &name) const {
  if (auto found = outputs.find(name); found != outputs.end())
    return &network->outputs[found->second].shape;
  auto found = inputs.find(name);
  return found == inputs.end() ? nullptr
                               : &network->inputs[found->second].shape;
}

llvm::Expected<std::vector<Histogram>>
observe(Watched &network, llvm::ArrayRef<Sample> samples,
        llvm::ArrayRef<std::vector<std::string>> groups) {
  std::vector<Range> ranges(groups.size());
  for (auto [s, sample] : llvm::enumerate(samples)) {
    network.run(sample);
    for (auto [group, range] : llvm::zip_equal(groups, ranges))
      for (const std::string &name : group)
        for (float x : network.values(name)) {
          if (!std::isfinite(x))
            return llvm::createStringError(
                "tensor '" + name + "' is not finite for sample " +
                llvm::Twine(s) + " of the calibration data");
          range.include(x);
        }
  }
  std::vector<Histogram> histograms(ranges.begin(), ranges.end());
  for (const Sample &sample : samples) {
    network.run(sample);
    for (auto [group, histogram] : llvm::zip_equal(groups, histograms))
      for (const std::string &name : group)
        histogram.add(network.values(name));
  }
  return histograms;
}

} // namespace dlc::calibrate
