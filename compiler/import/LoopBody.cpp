//===- LoopBody.cpp - The body of a Scan, Loop or If ----------------------===//

#include "compiler/import/LoopBody.h"
#include "compiler/import/Node.h"
#include "compiler/import/Sequences.h"
#include "dialects/nn/Constants.h"
#include "onnx/onnx_pb.h"
#include "llvm/ADT/ScopeExit.h"

using namespace mlir;

namespace dlc::import {

namespace {
bool isConstant(const onnx::NodeProto &node) {
  return node.op_type() == "Constant" &&
         OpSets::canonical(node.domain()).empty();
}
} // namespace

std::optional<bool> knownCondition(Value condition) {
  ElementsAttr constant = nn::constantOf(condition);
  auto known = constant ? nn::readIntegers(constant) : std::nullopt;
  if (!known || known->size() != 1)
    return std::nullopt;
  return known->front() != 0;
}

LoopBody::LoopBody(GraphImporter &graph, onnx::GraphProto &body, Scope &outer)
    : graph(graph), body(body), constants(outer.opsets) {
  constants.outer = &outer;
  constants.caller = outer.caller;
  constants.builtIn = outer.builtIn;
  graph.addInitializers(body, constants);
  for (int i = 0; i < body.node_size(); ++i)
    if (isConstant(body.node(i)))
      graph.importNode(*body.mutable_node(i), constants, i);
}

int LoopBody::numInputs() const { return body.input_size(); }
int LoopBody::numOutputs() const { return body.output_size(); }

SmallVector<Value> LoopBody::run(ArrayRef<Value> inputs) {
  Scope round(constants.opsets);
  round.graph = &body;
  round.outer = &constants;
  round.caller = constants.caller;
  round.builtIn = constants.builtIn;
  ++graph.loops;
  auto leave = llvm::scope_exit([&] { --graph.loops; });
  for (auto [i, input] : llvm::enumerate(inputs))
    round.values[body.input(static_cast<int>(i)).name()] = input;
  for (int i = 0; i < body.node_size(); ++i) {
    if (isConstant(body.node(i)))
      continue;
    // The import takes tensors out of a node's attributes.
    onnx::NodeProto node = body.node(i);
    graph.importNode(node, round, i);
  }
  SmallVector<Value> results;
  for (const auto &output : body.output())
    results.push_back(
        graph.lookup(output.name(), round, graph.module.getLoc()));
  return results;
}

SmallVector<Value> LoopBody::runPerhaps(ArrayRef<Value> inputs,
                                        const Node &node) {
  SmallVector<Value> results = run(inputs);
  for (auto [i, result] : llvm::enumerate(results)) {
    StringRef found = !isTensor(result) ? "is no tensor"
                      : graph.bounds.of(result)
                          ? "has a size that the network computes"
                      : !graph.stringsOf(result).empty() ? "holds strings"
                                                         : "";
    if (!found.empty())
      node.fail("whether its body is computed depends on the model's inputs, "
                "and output '" +
                body.output(static_cast<int>(i)).name() + "' of the body " +
                found + "; it must be a tensor of numbers of a known shape");
  }
  return results;
}

bool LoopBody::staysTrue(Value condition) {
  if (!knownCondition(condition).value_or(false))
    return false;
  StringRef name = body.output(0).name();
  // A value is handed on no more often than there are nodes.
  for (int hops = 0; hops <= body.node_size(); ++hops) {
    auto maker = llvm::find_if(body.node(), [&](const onnx::NodeProto &node) {
      return llvm::is_contained(node.output(), name) && !isConstant(node);
    });
    if (maker == body.node().end())
      break;
    if (maker->op_type() != "Identity" || maker->input_size() != 1 ||
        !OpSets::canonical(maker->domain()).empty())
      return false;
    name = maker->input(0);
  }
  for (int i = 0; i < body.input_size(); ++i)
    if (name == body.input(i).name())
      return i == 1;
  return knownCondition(graph.lookup(name, constants, graph.module.getLoc()))
      .value_or(false);
}

} // namespace dlc::import
