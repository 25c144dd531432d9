//===- WriteGraph.cpp - Plain data to ONNX --------------------------------===//

#include "compiler/import/edit/Graph.h"
#include "compiler/import/edit/Source.h"

namespace dlc::import {

namespace {
/// Formats in which an operator set came, for readers that look at it first:
/// numbers of 4 bits came with 21.
constexpr int64_t kOldestFormat = 8, kFormatOf21 = 10;

void writeTensor(const std::string &name, const GraphTensor &constant,
                 onnx::TensorProto &tensor) {
  tensor.set_name(name);
  tensor.set_data_type(static_cast<int32_t>(constant.type));
  for (int64_t dimension : constant.shape)
    tensor.add_dims(dimension);
  bool isNibble =
      constant.type == DataType::Int4 || constant.type == DataType::UInt4;
  if (!isNibble) {
    tensor.set_raw_data(constant.bytes.data(), constant.bytes.size());
    return;
  }
  std::string packed((constant.bytes.size() + 1) / 2, '\0');
  for (size_t i = 0; i < constant.bytes.size(); ++i)
    packed[i / 2] = static_cast<char>(packed[i / 2] | (constant.bytes[i] & 15)
                                                          << (i % 2 * 4));
  tensor.set_raw_data(std::move(packed));
}

void writeAttributes(const GraphNode &node, onnx::NodeProto &proto) {
  auto add = [&](const std::string &name, auto type) {
    onnx::AttributeProto *attribute = proto.add_attribute();
    attribute->set_name(name);
    attribute->set_type(type);
    return attribute;
  };
  using Attribute = onnx::AttributeProto;
  for (const auto &[name, value] : node.ints)
    add(name, Attribute::INT)->set_i(value);
  for (const auto &[name, value] : node.reals)
    add(name, Attribute::FLOAT)->set_f(value);
  for (const auto &[name, value] : node.texts)
    add(name, Attribute::STRING)->set_s(value);
  for (const auto &[name, values] : node.lists) {
    onnx::AttributeProto *attribute = add(name, Attribute::INTS);
    for (int64_t value : values)
      attribute->add_ints(value);
  }
}

void writeNode(const GraphNode &node, const onnx::GraphProto &own,
               onnx::NodeProto &proto) {
  if (node.origin)
    proto = own.node(*node.origin);
  else
    writeAttributes(node, proto);
  proto.set_name(node.name);
  proto.set_op_type(node.op);
  proto.set_domain(node.domain);
  proto.clear_input();
  for (const std::string &name : node.inputs)
    proto.add_input(name);
  proto.clear_output();
  for (const std::string &name : node.outputs)
    proto.add_output(name);
}

void writeValue(
    const GraphValue &value,
    const google::protobuf::RepeatedPtrField<onnx::ValueInfoProto> &own,
    onnx::ValueInfoProto &proto) {
  for (const onnx::ValueInfoProto &one : own)
    if (value.isOwn && one.name() == value.name) {
      proto = one;
      return;
    }
  proto.set_name(value.name);
  if (value.shape.empty())
    return; // the type of an output follows from the graph
  auto *tensor = proto.mutable_type()->mutable_tensor_type();
  tensor->set_elem_type(onnx::TensorProto::FLOAT);
  for (int64_t dimension : value.shape)
    tensor->mutable_shape()->add_dim()->set_dim_value(dimension);
}
} // namespace

std::string writeGraph(const Graph &graph) {
  const onnx::ModelProto &own = graph.source->model;
  onnx::ModelProto model;
  model.set_ir_version(std::max<int64_t>(
      own.ir_version(), graph.opset >= 21 ? kFormatOf21 : kOldestFormat));
  model.set_producer_name("dlc");
  model.set_domain(own.domain());
  model.set_model_version(own.model_version());
  model.set_doc_string(own.doc_string());
  *model.mutable_opset_import() = own.opset_import();
  *model.mutable_metadata_props() = own.metadata_props();
  *model.mutable_functions() = own.functions();
  onnx::GraphProto &proto = *model.mutable_graph();
  proto.set_name(own.graph().name());
  proto.set_doc_string(own.graph().doc_string());
  for (const GraphNode &node : graph.nodes)
    writeNode(node, own.graph(), *proto.add_node());
  for (const GraphValue &input : graph.inputs)
    writeValue(input, own.graph().input(), *proto.add_input());
  for (const GraphValue &output : graph.outputs)
    writeValue(output, own.graph().output(), *proto.add_output());
  for (const std::string &name : graph.used())
    if (auto found = graph.constants.find(name); found != graph.constants.end())
      writeTensor(name, *found->second, *proto.add_initializer());
  return model.SerializeAsString();
}

} // namespace dlc::import
