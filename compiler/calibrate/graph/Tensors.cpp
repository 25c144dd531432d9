//===- Tensors.cpp - Tensors that share a scale ---------------------------===//

#include "compiler/calibrate/graph/Tensors.h"
#include <functional>

using namespace dlc::import;

namespace dlc::calibrate {

std::vector<std::vector<std::string>>
quantisedTensors(const Graph &graph, llvm::ArrayRef<Layer> layers) {
  std::set<std::string> read, all;
  for (const Layer &layer : layers)
    read.insert(layer.inputs.begin(), layer.inputs.end());
  all = read;
  for (const Layer &layer : layers)
    for (const std::string &name : layer.outputs)
      if (layer.kind != LayerKind::Products || !graph.isOutput(name))
        all.insert(name);
  std::map<std::string, std::string> parents;
  std::function<std::string(const std::string &)> leader =
      [&](const std::string &name) {
        auto found = parents.find(name);
        if (found == parents.end())
          return name;
        std::string top = leader(found->second);
        parents[name] = top;
        return top;
      };
  for (const Layer &layer : layers) {
    if (layer.kind != LayerKind::Moves)
      continue;
    for (const std::vector<std::string> *names :
         {&layer.inputs, &layer.outputs})
      for (const std::string &name : *names) {
        std::string a = leader(layer.inputs.front()), b = leader(name);
        if (a != b)
          parents[std::max(a, b)] = std::min(a, b);
      }
  }
  std::map<std::string, std::vector<std::string>> groups;
  for (const std::string &name : all)
    if (!name.empty())
      groups[leader(name)].push_back(name);
  std::vector<std::vector<std::string>> result;
  for (auto &[first, members] : groups)
    result.push_back(std::move(members));
  return result;
}

} // namespace dlc::calibrate
