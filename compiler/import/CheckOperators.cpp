//===- CheckOperators.cpp - All unsupported nodes at once -----------------===//

#include "compiler/import/CheckModel.h"
#include "compiler/import/Error.h"
#include "compiler/import/Functions.h"
#include "compiler/import/OpSets.h"
#include "compiler/import/OpTable.h"
#include "dialects/nn/NodeLocation.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "onnx/defs/schema.h"
#include "onnx/onnx_pb.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/ADT/Twine.h"

namespace dlc::import {

namespace {
struct Unsupported {
  std::string name, op, why;
  unsigned index;
};

class OperatorCheck {
public:
  explicit OperatorCheck(const onnx::ModelProto &model) : functions(model) {}

  template <typename Nodes>
  void visit(const Nodes &nodes, const OpSets &opsets,
             const std::string &prefix) {
    for (int i = 0; i < nodes.size(); ++i) {
      const onnx::NodeProto &node = nodes.Get(i);
      std::string why = reasonAgainst(node, opsets.version(node.domain()));
      if (!why.empty())
        found.push_back({prefix + nodeName(node, i), node.op_type(), why,
                         static_cast<unsigned>(i)});
      for (const auto &attribute : node.attribute())
        if (attribute.has_g())
          visit(attribute.g().node(), opsets, prefix + nodeName(node, i) + "/");
    }
  }

  std::vector<Unsupported> found;

private:
  std::string reasonAgainst(const onnx::NodeProto &node, int64_t opset) {
    llvm::StringRef domain = OpSets::canonical(node.domain());
    if (functions.local(node) || importFunctionFor(domain, node.op_type()))
      return "";
    std::string where =
        domain.empty() ? "" : " of domain '" + node.domain() + "'";
    if (onnx::OpSchemaRegistry::Schema(node.op_type(), domain.str()) == nullptr)
      return "operator " + node.op_type() + where +
             " is neither an ONNX operator nor a function of the model";
    if (FunctionTable::builtInByType(node, opset) ||
        (FunctionTable::builtIn(node, opset) && bodySupported(node, opset)))
      return "";
    return "operator " + node.op_type() + where + " is not supported";
  }

  bool bodySupported(const onnx::NodeProto &node, int64_t opset) {
    const onnx::FunctionProto *body = FunctionTable::builtIn(node, opset);
    OpSets opsets(body->opset_import());
    for (const auto &inside : body->node())
      if (!reasonAgainst(inside, opsets.version(inside.domain())).empty())
        return false;
    return true;
  }

  FunctionTable functions;
};
} // namespace

void checkOperators(mlir::Location loc, const onnx::ModelProto &model) {
  OperatorCheck check(model);
  check.visit(model.graph().node(), OpSets(model.opset_import()), "");
  for (const auto &function : model.functions())
    check.visit(function.node(), OpSets(function.opset_import()),
                function.name() + "/");
  if (check.found.empty())
    return;
  auto file = llvm::cast<mlir::FileLineColLoc>(loc);
  auto locationOf = [&](const Unsupported &node) {
    return nn::nodeLocation(loc.getContext(), {file.getFilename().str(),
                                               node.index, node.name, node.op});
  };
  if (check.found.size() == 1)
    fail(locationOf(check.found.front()), check.found.front().why);
  {
    mlir::InFlightDiagnostic diag =
        mlir::emitError(loc)
        << check.found.size() << " nodes have operators that are not supported";
    for (const Unsupported &node : check.found)
      diag.attachNote(locationOf(node)) << node.why;
  }
  throw ImportStopped{};
}

} // namespace dlc::import
