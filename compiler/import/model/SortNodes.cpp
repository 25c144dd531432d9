//===- SortNodes.cpp - Producers before consumers -------------------------===//

#include "compiler/import/Error.h"
#include "compiler/import/checks/CheckModel.h"
#include "dialects/nn/NodeLocation.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "onnx/onnx_pb.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringMap.h"

namespace dlc::import {

std::string nodeName(const onnx::NodeProto &node, unsigned index) {
  if (!node.name().empty())
    return node.name();
  return node.op_type() + "_" + std::to_string(index);
}

namespace {
/// Calls `use` for every name the node reads, those of its branches included.
template <typename Use>
void forEachUse(const onnx::NodeProto &node, const Use &use) {
  for (const std::string &name : node.input())
    use(name);
  for (const auto &attribute : node.attribute()) {
    if (!attribute.has_g())
      continue;
    for (const auto &inside : attribute.g().node())
      forEachUse(inside, use);
    for (const auto &output : attribute.g().output())
      use(output.name());
  }
}

class Sorter {
public:
  Sorter(mlir::Location loc, onnx::GraphProto &graph)
      : loc(loc), graph(graph), users(graph.node_size()),
        missing(graph.node_size(), 0) {
    for (int i = 0; i < graph.node_size(); ++i)
      for (const std::string &name : graph.node(i).output())
        if (!name.empty())
          producers.try_emplace(name, i);
  }

  void sort() {
    bool sorted = true;
    for (int i = 0; i < graph.node_size(); ++i)
      forEachUse(graph.node(i), [&](const std::string &name) {
        auto found = producers.find(name);
        if (found == producers.end())
          return;
        users[found->second].push_back(i);
        ++missing[i];
        sorted &= found->second < i;
      });
    if (sorted)
      return;
    std::vector<int> order;
    for (int i = 0; i < graph.node_size(); ++i)
      if (missing[i] == 0)
        order.push_back(i);
    for (size_t next = 0; next < order.size(); ++next)
      for (int user : users[order[next]])
        if (--missing[user] == 0)
          order.push_back(user);
    if (order.size() < users.size())
      reportCycle();
    google::protobuf::RepeatedPtrField<onnx::NodeProto> nodes;
    for (int i : order)
      nodes.Add()->Swap(graph.mutable_node(i));
    graph.mutable_node()->Swap(&nodes);
  }

private:
  /// Every node left waits for one that is left: going back from any of them
  /// leads into a cycle.
  [[noreturn]] void reportCycle() {
    int at = static_cast<int>(
        llvm::find_if(missing, [](int count) { return count > 0; }) -
        missing.begin());
    std::vector<int> path;
    while (!llvm::is_contained(path, at)) {
      path.push_back(at);
      int waitsFor = -1;
      forEachUse(graph.node(at), [&](const std::string &name) {
        auto found = producers.find(name);
        if (found != producers.end() && missing[found->second] > 0)
          waitsFor = found->second;
      });
      at = waitsFor;
    }
    std::string cycle = "'" + nodeName(graph.node(at), at) + "'";
    for (int one : llvm::reverse(path)) {
      cycle += " -> '" + nodeName(graph.node(one), one) + "'";
      if (one == at)
        break;
    }
    auto file = llvm::cast<mlir::FileLineColLoc>(loc);
    fail(nn::nodeLocation(loc.getContext(),
                          {file.getFilename().str(), static_cast<unsigned>(at),
                           nodeName(graph.node(at), at),
                           graph.node(at).op_type()}),
         "the graph has a cycle: " + cycle +
             "; a node must not depend on its own output");
  }

  mlir::Location loc;
  onnx::GraphProto &graph;
  llvm::StringMap<int> producers;
  std::vector<std::vector<int>> users;
  std::vector<int> missing;
};
} // namespace

void sortNodes(mlir::Location loc, onnx::ModelProto &model) {
  Sorter(loc, *model.mutable_graph()).sort();
}

} // namespace dlc::import
