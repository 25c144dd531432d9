//===- CheckOperators.cpp - All unsupported nodes at once -----------------===//

#include "compiler/import/Error.h"
#include "compiler/import/OpSets.h"
#include "compiler/import/OpTable.h"
#include "compiler/import/checks/Advice.h"
#include "compiler/import/checks/CheckModel.h"
#include "compiler/import/model/Functions.h"
#include "dialects/nn/NodeLocation.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "onnx/defs/schema.h"
#include "onnx/onnx_pb.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/ADT/Twine.h"

namespace dlc::import {

namespace {
struct Unsupported {
  std::string name, op, why, advice;
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
                         adviceAgainst(node.domain(), node.op_type()),
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

/// (advice, operators that it is for): one for each way out, not for each node.
llvm::SmallVector<std::pair<std::string, std::string>>
waysOut(llvm::ArrayRef<Unsupported> found) {
  llvm::SmallVector<std::pair<std::string, std::string>> ways;
  for (const Unsupported &node : found) {
    if (node.advice.empty())
      continue;
    auto way = llvm::find_if(
        ways, [&](const auto &known) { return known.first == node.advice; });
    if (way == ways.end())
      ways.emplace_back(node.advice, node.op);
    else if (!llvm::is_contained(llvm::split(way->second, ", "), node.op))
      way->second += ", " + node.op;
  }
  return ways;
}
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
  if (check.found.size() == 1) {
    const Unsupported &node = check.found.front();
    fail(locationOf(node),
         node.why + (node.advice.empty() ? "" : "; " + node.advice));
  }
  {
    mlir::InFlightDiagnostic diag =
        mlir::emitError(loc)
        << check.found.size() << " nodes have operators that are not supported";
    for (const Unsupported &node : check.found)
      diag.attachNote(locationOf(node)) << node.why;
    for (const auto &[advice, operators] : waysOut(check.found))
      diag.attachNote(loc) << "for " << operators << ": " << advice;
  }
  throw ImportStopped{};
}

} // namespace dlc::import
