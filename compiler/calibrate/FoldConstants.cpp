//===- FoldConstants.cpp - Weights that nodes compute ---------------------===//

#include "compiler/calibrate/FoldConstants.h"
#include "compiler/calibrate/Subject.h"
#include "llvm/ADT/STLExtras.h"

using namespace dlc::import;

namespace dlc::calibrate {

/// Which nodes compute the same whatever the network is given.
static std::vector<bool> constantNodes(const Graph &graph) {
  std::set<std::string> known{""};
  for (const auto &[name, constant] : graph.constants)
    known.insert(name);
  std::vector<bool> isConstant;
  for (const GraphNode &node : graph.nodes) {
    auto isKnown = [&](const std::string &name) { return known.count(name); };
    // Of nodes that read nothing, Constant is none that draws by chance.
    bool all = (!node.inputs.empty() || node.is("Constant")) &&
               llvm::all_of(node.inputs, isKnown) &&
               llvm::all_of(node.captured, isKnown);
    isConstant.push_back(all);
    if (all)
      known.insert(node.outputs.begin(), node.outputs.end());
  }
  return isConstant;
}

/// What other nodes read of their results.
static std::vector<std::string> readByOthers(const Graph &graph,
                                             llvm::ArrayRef<bool> isConstant) {
  auto producers = graph.producers();
  std::set<std::string> names;
  for (auto [i, node] : llvm::enumerate(graph.nodes))
    for (const std::vector<std::string> *read : {&node.inputs, &node.captured})
      for (const std::string &name : *read) {
        auto producer = producers.find(name);
        if (!isConstant[i] && producer != producers.end() &&
            isConstant[producer->second] && !graph.isOutput(name))
          names.insert(name);
      }
  return {names.begin(), names.end()};
}

/// Takes out the constant nodes that nothing reads any more.
static void dropUnread(Graph &graph, llvm::ArrayRef<bool> isConstant) {
  std::set<std::string> needed;
  for (const GraphValue &output : graph.outputs)
    needed.insert(output.name);
  std::vector<GraphNode> kept;
  for (size_t i = graph.nodes.size(); i-- > 0;) {
    GraphNode &node = graph.nodes[i];
    bool isNeeded = llvm::any_of(node.outputs, [&](const std::string &name) {
      return needed.count(name) && !graph.constants.count(name);
    });
    if (isConstant[i] && !isNeeded)
      continue;
    needed.insert(node.inputs.begin(), node.inputs.end());
    needed.insert(node.captured.begin(), node.captured.end());
    kept.push_back(std::move(node));
  }
  std::reverse(kept.begin(), kept.end());
  graph.nodes = std::move(kept);
}

llvm::Error foldConstants(Graph &graph, const Compile &compile) {
  std::vector<bool> found = constantNodes(graph);
  llvm::SmallVector<bool> isConstant(found.begin(), found.end());
  std::vector<std::string> names = readByOthers(graph, isConstant);
  if (names.empty())
    return llvm::Error::success();
  std::unique_ptr<Executable> network = compile(extract(graph, {}, names));
  if (!network)
    return alreadySaid();
  network->run({});
  for (auto [i, port] : llvm::enumerate(network->outputs))
    if (port.isFloat)
      graph.constants[port.name] =
          floatConstant(port.shape, network->output(i));
  dropUnread(graph, isConstant);
  return llvm::Error::success();
}

} // namespace dlc::calibrate
