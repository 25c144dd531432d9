//===- WatchedTensors.cpp - Tensors that become outputs as well -----------===//

#include "compiler/import/model/WatchedTensors.h"
#include "compiler/import/Error.h"
#include "compiler/import/checks/CheckModel.h"
#include "onnx/onnx_pb.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/GlobPattern.h"

using namespace mlir;

namespace dlc::import {

namespace {
/// Some names of nodes, for who has mistaken one.
std::string someNames(const onnx::GraphProto &graph) {
  constexpr int kSome = 8;
  std::string text;
  for (int i = 0; i < graph.node_size() && i < kSome; ++i)
    text += (i ? ", " : "") + nodeName(graph.node(i), i);
  return text + (graph.node_size() > kSome ? " ..." : "");
}

class Matcher {
public:
  Matcher(Location loc, const onnx::GraphProto &graph,
          llvm::function_ref<bool(llvm::StringRef)> mayBeOutput)
      : loc(loc), graph(graph), mayBeOutput(mayBeOutput),
        wanted(graph.node_size()) {}

  void match(const std::string &text) {
    llvm::Expected<llvm::GlobPattern> pattern = llvm::GlobPattern::create(text);
    if (!pattern)
      fail(loc, "--dump=" + text + ": " + llvm::toString(pattern.takeError()));
    bool isNamed = false, isFound = false;
    for (int i = 0; i < graph.node_size(); ++i) {
      const onnx::NodeProto &node = graph.node(i);
      bool ofNode = pattern->match(nodeName(node, i));
      for (const std::string &tensor : node.output()) {
        if (tensor.empty() || !(ofNode || pattern->match(tensor)))
          continue;
        isNamed = true;
        if (!mayBeOutput(tensor))
          continue;
        isFound = true;
        if (!llvm::is_contained(wanted[i], tensor))
          wanted[i].push_back(tensor);
      }
    }
    if (isNamed && !isFound)
      fail(loc, "--dump=" + text +
                    ": what has this name is no tensor of numbers of 8 bits or "
                    "more whose size is known, which is what can be written");
    if (!isNamed)
      fail(loc, "--dump=" + text +
                    ": no node of the graph has such a name, and none computes "
                    "a tensor that does; nodes are " +
                    someNames(graph));
  }

  std::vector<std::string> found() const {
    std::vector<std::string> tensors;
    for (const auto &ofNode : wanted)
      tensors.insert(tensors.end(), ofNode.begin(), ofNode.end());
    return tensors;
  }

private:
  Location loc;
  const onnx::GraphProto &graph;
  llvm::function_ref<bool(llvm::StringRef)> mayBeOutput;
  std::vector<std::vector<std::string>> wanted; // of each node
};
} // namespace

void watchTensors(Location loc, onnx::GraphProto &graph, Watch &watch,
                  llvm::function_ref<bool(llvm::StringRef)> mayBeOutput) {
  Matcher matcher(loc, graph, mayBeOutput);
  for (const std::string &pattern : watch.patterns)
    matcher.match(pattern);
  watch.tensors = matcher.found();
  llvm::StringSet<> taken;
  for (const auto &output : graph.output())
    taken.insert(output.name());
  for (const std::string &tensor : watch.tensors)
    if (taken.insert(tensor).second)
      graph.add_output()->set_name(tensor);
}

} // namespace dlc::import
