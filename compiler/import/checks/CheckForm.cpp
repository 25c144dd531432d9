//===- CheckForm.cpp - A node against its operator's definition -----------===//

#include "compiler/import/Error.h"
#include "compiler/import/checks/CheckGraph.h"
#include "compiler/import/checks/Range.h"
#include "onnx/defs/schema.h"
#include "onnx/onnx_pb.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include <set>

namespace dlc::import {

namespace {
using onnx::AttributeProto;
using onnx::OpSchema;

class FormCheck {
public:
  FormCheck(mlir::Location loc, const onnx::NodeProto &node,
            const OpSets &opsets)
      : loc(loc), node(node), domain(OpSets::canonical(node.domain())),
        version(opsets.version(node.domain())) {}

  void run() {
    if (version == 0)
      fail(loc, "the model imports no operator set of its domain '" +
                    node.domain() + "'");
    schema = schemaAt(version);
    if (!schema)
      reportUndefined();
    if (schema->Deprecated())
      fail(loc, "operator " + node.op_type() +
                    " is deprecated since operator set " +
                    llvm::Twine(schema->SinceVersion()) +
                    "; export the model for another operator set, or with the "
                    "operator that replaced it");
    checkCount("input", node.input_size(), schema->min_input(),
               schema->max_input());
    checkCount("output", node.output_size(), schema->min_output(),
               schema->max_output());
    checkPresent("input", node.input(), schema->inputs());
    checkPresent("output", node.output(), schema->outputs());
    checkAttributes();
  }

private:
  const OpSchema *schemaAt(int64_t at) const {
    if (at < 1 || at > std::numeric_limits<int>::max())
      return nullptr;
    return onnx::OpSchemaRegistry::Schema(node.op_type(), static_cast<int>(at),
                                          domain);
  }

  /// "Add of operator set 17"
  std::string what() const {
    return node.op_type() + " of operator set " + std::to_string(version);
  }

  [[noreturn]] void reportUndefined() const {
    // The caller has seen that some operator set has it: a later one.
    int64_t first = version + 1;
    while (first < version + 1000 && !schemaAt(first))
      ++first;
    fail(loc, "operator " + node.op_type() + " is not in operator set " +
                  llvm::Twine(version) +
                  (schemaAt(first) ? "; it came with " + std::to_string(first)
                                   : ""));
  }

  void checkCount(llvm::StringRef kind, int count, int min, int max) const {
    if (count >= min && count <= max)
      return;
    std::string allowed = std::to_string(min);
    if (max == std::numeric_limits<int>::max())
      allowed += " or more";
    else if (max > min)
      allowed += " to " + std::to_string(max);
    fail(loc, "it has " + counted(count, kind, kind.str() + "s") + ", but " +
                  what() + " has " + allowed);
  }

  template <typename Names, typename Formals>
  void checkPresent(llvm::StringRef kind, const Names &names,
                    const Formals &formals) const {
    for (int i = 0; i < names.size() && i < static_cast<int>(formals.size());
         ++i)
      if (names.Get(i).empty() && formals[i].GetOption() == OpSchema::Single)
        fail(loc, "its " + kind + " '" + formals[i].GetName() +
                      "' is left out, but " + what() + " needs it");
  }

  void checkAttributes() const {
    llvm::StringSet<> seen;
    for (const AttributeProto &attribute : node.attribute()) {
      const std::string name = "attribute '" + attribute.name() + "'";
      if (!seen.insert(attribute.name()).second)
        fail(loc, name + " is given twice");
      auto found = schema->attributes().find(attribute.name());
      if (found == schema->attributes().end()) {
        if (llvm::StringRef(attribute.name()).starts_with("__"))
          continue; // by convention nobody's business
        fail(loc, what() + " has no " + name + "; it has " + known());
      }
      if (attribute.type() != found->second.type)
        fail(loc, name + " is of the type " + typeName(attribute.type()) +
                      ", but must be of the type " +
                      typeName(found->second.type));
    }
    for (const std::string &name : required())
      if (!seen.contains(name))
        fail(loc,
             "attribute '" + name + "' is missing, which " + what() + " needs");
  }

  static std::string typeName(AttributeProto::AttributeType type) {
    return llvm::StringRef(AttributeProto::AttributeType_Name(type)).lower();
  }

  std::set<std::string> required() const {
    std::set<std::string> names;
    for (const auto &[name, attribute] : schema->attributes())
      if (attribute.required)
        names.insert(name);
    return names;
  }

  std::string known() const {
    std::set<std::string> names;
    for (const auto &[name, attribute] : schema->attributes())
      names.insert(name);
    return names.empty() ? "none" : llvm::join(names, ", ");
  }

  mlir::Location loc;
  const onnx::NodeProto &node;
  std::string domain;
  int64_t version;
  const OpSchema *schema = nullptr;
};
} // namespace

void checkForm(mlir::Location loc, const onnx::NodeProto &node,
               const OpSets &opsets) {
  FormCheck(loc, node, opsets).run();
}

} // namespace dlc::import
