//===- Activations.cpp - Tensors of a network, computed once --------------===//

#include "compiler/calibrate/Activations.h"
#include "llvm/ADT/STLExtras.h"
#include <cstring>

using namespace dlc::import;

namespace dlc::calibrate {

const Activations::Values *Activations::get(const Graph &graph,
                                            const std::string &name) {
  if (auto found = known.find(name); found != known.end())
    return &found->second.values;
  std::map<std::string, size_t> numbers;
  std::vector<GraphValue> inputs = graph.inputs;
  for (auto [i, input] : llvm::enumerate(graph.inputs))
    numbers[input.name] = i;
  if (auto found = numbers.find(name); found != numbers.end()) {
    Tensor &tensor = known[name];
    for (const Sample &sample : samples) {
      const std::vector<char> &bytes = sample.inputs[found->second];
      std::vector<float> values(bytes.size() / sizeof(float));
      if (!values.empty())
        std::memcpy(values.data(), bytes.data(), values.size() * sizeof(float));
      tensor.values.push_back(std::move(values));
    }
    return &tensor.values;
  }
  for (const auto &[other, tensor] : known)
    if (!numbers.count(other))
      inputs.push_back({other, /*isOwn=*/false, tensor.shape});
  auto network = compile(extract(graph, inputs, name));
  if (!network)
    return nullptr;
  Tensor result;
  result.shape = network->outputs.front().shape;
  for (auto [s, sample] : llvm::enumerate(samples)) {
    std::vector<const void *> addresses;
    for (const Port &port : network->inputs)
      if (auto own = numbers.find(port.name); own != numbers.end())
        addresses.push_back(sample.inputs[own->second].data());
      else
        addresses.push_back(known.at(port.name).values[s].data());
    network->run(addresses);
    result.values.push_back(network->output(0).vec());
  }
  return &(known[name] = std::move(result)).values;
}

} // namespace dlc::calibrate
