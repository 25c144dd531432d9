//===- CheckTypes.cpp - Element types of a node's operands ----------------===//

#include "compiler/import/checks/CheckTypes.h"
#include "compiler/import/Error.h"
#include "compiler/import/OpSets.h"
#include "compiler/import/Sequences.h"
#include "compiler/import/model/TensorConstant.h"
#include "mlir/IR/BuiltinTypes.h"
#include "onnx/defs/schema.h"
#include "onnx/onnx_pb.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringMap.h"

using namespace mlir;

namespace dlc::import {

namespace {
/// "float", "seq(tensor(float))"; empty where nothing says it.
std::string typeName(Value operand) {
  if (auto elements = elementsOf(operand))
    return elements->empty()
               ? "seq"
               : "seq(tensor(" + typeName(elements->front()) + "))";
  if (isNothing(operand))
    return "optional";
  Type element = cast<RankedTensorType>(operand.getType()).getElementType();
  return dataTypeName(dataTypeOf(element));
}

/// A value may be given where an optional one is taken.
bool takes(const onnx::OpSchema::FormalParameter &formal, Value operand,
           StringRef type) {
  bool isOpen = type == "seq" || type == "optional";
  std::string full =
      isTensor(operand) ? ("tensor(" + type + ")").str() : type.str();
  return llvm::any_of(formal.GetTypes(), [&](onnx::DataType allowed) {
    StringRef one = *allowed;
    if (isOpen && one.starts_with((type + "(").str()))
      return true;
    return one == full || one == "optional(" + full + ")";
  });
}
} // namespace

void checkOperandTypes(Location loc, const onnx::NodeProto &node, int64_t opset,
                       ArrayRef<Value> operands) {
  const onnx::OpSchema *schema =
      onnx::OpSchemaRegistry::Schema(node.op_type(), static_cast<int>(opset),
                                     OpSets::canonical(node.domain()).str());
  if (!schema || schema->inputs().empty()) {
    for (Value operand : operands)
      if (operand && !isTensor(operand))
        fail(loc, node.op_type() + " does not take sequences or optional "
                                   "values");
    return;
  }
  llvm::StringMap<std::string> bound; // type variable -> type
  for (auto [i, operand] : llvm::enumerate(operands)) {
    // The last formal parameter may stand for many operands.
    const auto &formal =
        schema->inputs()[std::min(i, schema->inputs().size() - 1)];
    if (!operand)
      continue;
    std::string type = typeName(operand);
    if (!takes(formal, operand, type))
      fail(loc, "its input '" + formal.GetName() + "' has the type " + type +
                    ", which " + node.op_type() + " of operator set " +
                    Twine(opset) + " does not take");
    if (!formal.GetIsHomogeneous() || type == "seq" || type == "optional")
      continue;
    auto [first, isNew] = bound.try_emplace(formal.GetTypeStr(), type);
    if (!isNew && first->second != type)
      fail(loc, "its input '" + formal.GetName() + "' has the type " + type +
                    ", but another input that must agree has " + first->second);
  }
}

} // namespace dlc::import
