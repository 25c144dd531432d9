//===- CheckGraph.cpp - Every name is made once, before it is read --------===//

#include "compiler/import/checks/CheckGraph.h"
#include "compiler/import/Error.h"
#include "compiler/import/checks/CheckModel.h"
#include "compiler/import/model/Functions.h"
#include "dialects/nn/NodeLocation.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "onnx/onnx_pb.h"
#include "llvm/ADT/StringMap.h"

namespace dlc::import {

namespace {
std::string describe(const onnx::NodeProto &node, unsigned index) {
  return "node '" + nodeName(node, index) + "' (" + node.op_type() + ")";
}

/// The names of a graph and of those around it, with who makes them.
struct Names {
  const Names *outer = nullptr;
  llvm::StringMap<std::string> makers;
  /// Where names are made that no node has made yet.
  llvm::StringMap<std::string> later;

  const std::string *maker(llvm::StringRef name) const {
    for (const Names *at = this; at; at = at->outer)
      if (auto found = at->makers.find(name); found != at->makers.end())
        return &found->second;
    return nullptr;
  }
};

class GraphCheck {
public:
  GraphCheck(mlir::Location loc, const onnx::ModelProto &model)
      : loc(loc), model(model), functions(model) {}

  void run() {
    checkGraph(model.graph(), OpSets(model.opset_import()), nullptr, "");
    for (const auto &function : model.functions())
      checkFunction(function);
  }

private:
  void checkGraph(const onnx::GraphProto &graph, const OpSets &opsets,
                  const Names *outer, const std::string &prefix) {
    Names names;
    names.outer = outer;
    bool isMain = !outer;
    for (const auto &input : graph.input()) {
      declare(names, input.name(), "an input of the graph");
      if (isMain)
        checkDeclaration(input);
    }
    llvm::StringMap<bool> initialised;
    for (const auto &tensor : graph.initializer()) {
      if (tensor.name().empty())
        fail(loc, "an initializer has no name; every tensor needs one");
      if (!initialised.try_emplace(tensor.name(), true).second)
        fail(loc, "initializer '" + tensor.name() +
                      "' is given twice; every tensor needs a name of its own");
      if (isMain && model.ir_version() < 4 && !names.maker(tensor.name()))
        fail(loc, "initializer '" + tensor.name() +
                      "' is not among the graph's inputs, as IR version " +
                      llvm::Twine(model.ir_version()) +
                      " demands; save the model with IR version 4 or newer");
      names.makers.try_emplace(tensor.name(), "an initializer");
    }
    checkNodes(graph.node(), opsets, names, prefix);
    for (const auto &output : graph.output())
      if (!names.makers.contains(output.name()))
        fail(loc, "no node, input or initializer makes '" + output.name() +
                      "', which is an output of the " +
                      (isMain ? "model"
                              : "branch of node '" +
                                    llvm::StringRef(prefix).drop_back().str() +
                                    "'"));
  }

  void checkFunction(const onnx::FunctionProto &function) {
    Names names;
    for (const std::string &input : function.input())
      declare(names, input, "an input of function '" + function.name() + "'");
    checkNodes(function.node(), OpSets(function.opset_import()), names,
               function.name() + "/");
    for (const std::string &output : function.output())
      if (!names.makers.contains(output))
        fail(loc, "no node or input makes '" + output +
                      "', which is an output of function '" + function.name() +
                      "'");
  }

  /// Branches may leave types open; the main graph's inputs may not.
  void checkDeclaration(const onnx::ValueInfoProto &input) {
    const std::string what =
        "input '" + input.name() + "' is declared without ";
    const onnx::TypeProto &type = input.type();
    if (type.value_case() == onnx::TypeProto::VALUE_NOT_SET)
      fail(loc, what + "a type; export the model with the element type and the "
                       "shape of its inputs");
    if (!type.has_tensor_type())
      return;
    if (type.tensor_type().elem_type() == onnx::TensorProto::UNDEFINED)
      fail(loc, what + "an element type; export the model with it");
    if (!type.tensor_type().has_shape())
      fail(loc, what + "a shape; its rank must be known, and its sizes, or "
                       "names of them for --shape");
  }

  void declare(Names &names, const std::string &name, std::string what) {
    if (name.empty())
      fail(loc, what + " has no name; every tensor needs one");
    if (!names.makers.try_emplace(name, what).second)
      fail(loc, "'" + name + "' is twice " + what +
                    "; every tensor needs a name of its own");
  }

  template <typename Nodes>
  void checkNodes(const Nodes &nodes, const OpSets &opsets, Names &names,
                  const std::string &prefix) {
    for (int i = 0; i < nodes.size(); ++i)
      for (const std::string &output : nodes.Get(i).output())
        names.later.try_emplace(output, describe(nodes.Get(i), i));
    for (int i = 0; i < nodes.size(); ++i) {
      const onnx::NodeProto &node = nodes.Get(i);
      auto file = llvm::cast<mlir::FileLineColLoc>(loc);
      mlir::Location at = nn::nodeLocation(
          loc.getContext(), {file.getFilename().str(), static_cast<unsigned>(i),
                             prefix + nodeName(node, i), node.op_type()});
      for (const std::string &input : node.input())
        if (!input.empty() && !names.maker(input))
          reportUnmade(at, names, input, describe(node, i));
      if (!functions.local(node))
        checkForm(at, node, opsets);
      for (const auto &attribute : node.attribute())
        if (attribute.has_g())
          checkGraph(attribute.g(), opsets, &names,
                     prefix + nodeName(node, i) + "/");
      for (const std::string &output : node.output())
        addOutput(at, names, output, describe(node, i));
    }
  }

  [[noreturn]] void reportUnmade(mlir::Location at, const Names &names,
                                 const std::string &name,
                                 const std::string &reader) {
    auto later = names.later.find(name);
    if (later != names.later.end())
      fail(at, "'" + name + "', which " + reader + " reads, is made by " +
                   later->second +
                   " behind it; nodes must be in an order in which makers "
                   "come first");
    fail(at, "no node, input or initializer makes '" + name + "', which " +
                 reader + " reads");
  }

  void addOutput(mlir::Location at, Names &names, const std::string &name,
                 const std::string &maker) {
    if (name.empty()) // an optional output that is not asked for
      return;
    if (const std::string *first = names.maker(name))
      fail(at, "its output '" + name + "' is already " +
                   (llvm::StringRef(*first).starts_with("node")
                        ? "made by " + *first
                        : *first) +
                   "; every tensor needs a name of its own");
    names.makers.try_emplace(name, maker);
  }

  mlir::Location loc;
  const onnx::ModelProto &model;
  FunctionTable functions;
};
} // namespace

void checkGraph(mlir::Location loc, const onnx::ModelProto &model) {
  GraphCheck(loc, model).run();
}

} // namespace dlc::import
