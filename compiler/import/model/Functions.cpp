//===- Functions.cpp - Operators defined by other operators ---------------===//

#include "compiler/import/model/Functions.h"
#include "compiler/import/OpSets.h"
#include "compiler/import/Sequences.h"
#include "compiler/import/model/TensorConstant.h"
#include "mlir/IR/BuiltinTypes.h"
#include "onnx/common/proto_util.h"
#include "onnx/defs/function.h"
#include "onnx/defs/schema.h"
#include "onnx/onnx_pb.h"
#include "onnx/shape_inference/attribute_binder.h"

using namespace mlir;

namespace dlc::import {

namespace {
std::string keyOf(StringRef domain, StringRef name, StringRef overload) {
  return (OpSets::canonical(domain) + "\n" + name + "\n" + overload).str();
}

const onnx::OpSchema *schemaOf(const onnx::NodeProto &node, int64_t opset) {
  return onnx::OpSchemaRegistry::Schema(node.op_type(), static_cast<int>(opset),
                                        OpSets::canonical(node.domain()).str());
}

onnx::TypeProto typeProtoOf(Value value) {
  onnx::TypeProto proto;
  if (!value || isNothing(value))
    return proto;
  if (auto elements = elementsOf(value)) {
    auto *element = proto.mutable_sequence_type()->mutable_elem_type();
    if (!elements->empty())
      *element = typeProtoOf(elements->front());
    // The shapes of others may differ.
    if (element->has_tensor_type())
      element->mutable_tensor_type()->clear_shape();
    return proto;
  }
  auto type = cast<RankedTensorType>(value.getType());
  auto *tensor = proto.mutable_tensor_type();
  tensor->set_elem_type(dataTypeOf(type.getElementType()));
  tensor->mutable_shape();
  for (int64_t size : type.getShape())
    tensor->mutable_shape()->add_dim()->set_dim_value(size);
  return proto;
}

/// The call with the defaults of attributes it leaves out, which a body may
/// refer to.
onnx::NodeProto withDefaults(const onnx::NodeProto &call,
                             const onnx::OpSchema *schema,
                             const onnx::FunctionProto &function) {
  onnx::NodeProto full = call;
  auto has = [&](StringRef name) {
    for (const auto &attribute : full.attribute())
      if (attribute.name() == name)
        return true;
    return false;
  };
  for (const auto &attribute : function.attribute_proto())
    if (!has(attribute.name()))
      *full.add_attribute() = attribute;
  if (schema)
    for (const auto &[name, attribute] : schema->attributes())
      if (attribute.default_value.has_name() && !has(name))
        *full.add_attribute() = attribute.default_value;
  return full;
}
} // namespace

FunctionTable::FunctionTable(const onnx::ModelProto &model) {
  for (const auto &function : model.functions())
    functions[keyOf(function.domain(), function.name(), function.overload())] =
        &function;
}

const onnx::FunctionProto *
FunctionTable::local(const onnx::NodeProto &node) const {
  return functions.lookup(
      keyOf(node.domain(), node.op_type(), node.overload()));
}

const onnx::FunctionProto *FunctionTable::builtIn(const onnx::NodeProto &node,
                                                  int64_t opset) {
  const onnx::OpSchema *schema = schemaOf(node, opset);
  return schema ? schema->GetFunction(static_cast<int>(opset)) : nullptr;
}

bool FunctionTable::builtInByType(const onnx::NodeProto &node, int64_t opset) {
  const onnx::OpSchema *schema = schemaOf(node, opset);
  return schema && schema->HasContextDependentFunctionWithOpsetVersion(
                       static_cast<int>(opset));
}

std::optional<onnx::FunctionProto>
FunctionTable::body(const onnx::NodeProto &node, int64_t opset,
                    ArrayRef<Value> operands) const {
  onnx::FunctionProto result;
  const onnx::OpSchema *schema = nullptr;
  if (const onnx::FunctionProto *function = local(node)) {
    result = *function;
  } else {
    schema = schemaOf(node, opset);
    if (const onnx::FunctionProto *function = builtIn(node, opset)) {
      result = *function;
    } else {
      if (!builtInByType(node, opset))
        return std::nullopt;
      std::vector<onnx::TypeProto> types;
      for (Value operand : operands)
        types.push_back(typeProtoOf(operand));
      onnx::FunctionBodyBuildContextImpl context(node, types);
      if (!schema->BuildContextDependentFunction(context, result,
                                                 static_cast<int>(opset)))
        return std::nullopt;
    }
  }
  onnx::internal::AttributeBinder::BindAttributes(
      withDefaults(node, schema, result), result);
  return result;
}

} // namespace dlc::import
