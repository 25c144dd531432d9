//===- ReadGraph.cpp - ONNX to plain data ---------------------------------===//

#include "compiler/import/Error.h"
#include "compiler/import/OpSets.h"
#include "compiler/import/checks/CheckModel.h"
#include "compiler/import/edit/Graph.h"
#include "compiler/import/edit/Source.h"
#include "compiler/import/model/ExternalData.h"
#include "compiler/import/model/LoadModel.h"
#include "compiler/import/model/TensorConstant.h"
#include "dialects/nn/Constants.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "llvm/Support/Path.h"

using namespace mlir;

namespace dlc::import {

namespace {
/// Names that a body reads and does not define.
void collectCaptured(const onnx::GraphProto &body,
                     std::vector<std::string> &names) {
  std::set<std::string> inside;
  for (const auto &tensor : body.initializer())
    inside.insert(tensor.name());
  for (const auto &input : body.input())
    inside.insert(input.name());
  std::vector<std::string> read;
  for (const auto &node : body.node()) {
    inside.insert(node.output().begin(), node.output().end());
    read.insert(read.end(), node.input().begin(), node.input().end());
    for (const auto &attribute : node.attribute())
      if (attribute.has_g())
        collectCaptured(attribute.g(), read);
  }
  for (const auto &output : body.output())
    read.push_back(output.name());
  for (std::string &name : read)
    if (!name.empty() && inside.insert(name).second)
      names.push_back(std::move(name));
}

GraphNode nodeOf(const onnx::NodeProto &proto, int index) {
  GraphNode node;
  node.name = nodeName(proto, index);
  node.op = proto.op_type();
  node.domain = OpSets::canonical(proto.domain()).str();
  node.inputs.assign(proto.input().begin(), proto.input().end());
  node.outputs.assign(proto.output().begin(), proto.output().end());
  node.origin = index;
  for (const auto &attribute : proto.attribute()) {
    const std::string &name = attribute.name();
    switch (attribute.type()) {
    case onnx::AttributeProto::INT:
      node.ints[name] = attribute.i();
      break;
    case onnx::AttributeProto::FLOAT:
      node.reals[name] = attribute.f();
      break;
    case onnx::AttributeProto::STRING:
      node.texts[name] = attribute.s();
      break;
    case onnx::AttributeProto::INTS:
      node.lists[name].assign(attribute.ints().begin(), attribute.ints().end());
      break;
    case onnx::AttributeProto::GRAPH:
      collectCaptured(attribute.g(), node.captured);
      break;
    default:
      break;
    }
  }
  return node;
}

class Reader {
public:
  Reader(Location loc, std::string folder)
      : loc(loc), folder(std::move(folder)) {}

  Graph read(onnx::ModelProto &model) {
    auto source = std::make_shared<Source>();
    onnx::GraphProto &proto = *model.mutable_graph();
    for (onnx::TensorProto &tensor : *proto.mutable_initializer())
      add(tensor.name(), tensor);
    proto.clear_initializer();
    proto.clear_value_info();
    for (int i = 0; i < proto.node_size(); ++i)
      if (!takeConstantNode(*proto.mutable_node(i)))
        graph.nodes.push_back(nodeOf(proto.node(i), i));
    for (const auto &input : proto.input())
      if (!graph.constants.count(input.name()))
        graph.inputs.push_back({input.name()});
    for (const auto &output : proto.output())
      graph.outputs.push_back({output.name()});
    graph.opset = OpSets(model.opset_import()).version("");
    source->model.Swap(&model);
    graph.source = std::move(source);
    return std::move(graph);
  }

private:
  /// A tensor that is not of numbers stays where it is.
  void add(const std::string &name, onnx::TensorProto &tensor) {
    auto constant = std::make_shared<GraphTensor>();
    constant->type = static_cast<DataType>(tensor.data_type());
    constant->shape.assign(tensor.dims().begin(), tensor.dims().end());
    ElementsAttr elements = takeConstant(loc, tensor, folder);
    std::optional<nn::ConstantData> data = nn::readConstant(elements);
    if (!data)
      fail(loc, "tensor '" + name + "' cannot be read");
    int64_t width = nn::elementBytes(elements.getElementType());
    for (int64_t i = 0, e = constant->size(); i < e; ++i)
      constant->bytes.insert(constant->bytes.end(), data->at(i),
                             data->at(i) + width);
    graph.constants[name] = std::move(constant);
  }

  bool takeConstantNode(onnx::NodeProto &node) {
    if (node.op_type() != "Constant" || node.attribute_size() != 1 ||
        !node.attribute(0).has_t())
      return false;
    add(node.output(0), *node.mutable_attribute(0)->mutable_t());
    return true;
  }

  Location loc;
  std::string folder;
  Graph graph;
};

/// ONNX's version converter, past the weights: it knows them as inputs.
void lift(Location loc, onnx::ModelProto &model, int64_t opset) {
  if (OpSets(model.opset_import()).version("") >= opset)
    return;
  llvm::StringMap<onnx::TensorProto *> weights;
  google::protobuf::RepeatedPtrField<onnx::TensorProto> tensors;
  tensors.Swap(model.mutable_graph()->mutable_initializer());
  for (onnx::TensorProto &tensor : tensors) {
    onnx::TensorProto *stub = model.mutable_graph()->add_initializer();
    stub->set_name(tensor.name());
    stub->set_data_type(tensor.data_type());
    stub->add_dims(0);
    weights[tensor.name()] = &tensor;
  }
  liftModel(loc, model, weights, opset);
  // Beside those that the converter has added.
  for (onnx::TensorProto &tensor :
       *model.mutable_graph()->mutable_initializer())
    if (onnx::TensorProto *weight = weights.lookup(tensor.name()))
      tensor.Swap(weight);
}
} // namespace

FailureOr<Graph> readGraph(MLIRContext &context, const std::string &file,
                           int64_t opset) {
  Location loc = FileLineColLoc::get(&context, file, 0, 0);
  StringRef folder = llvm::sys::path::parent_path(file);
  try {
    onnx::ModelProto model;
    loadModelFile(file, model, loc);
    sortNodes(loc, model);
    lift(loc, model, opset);
    return Reader(loc, folder.empty() ? "." : folder.str()).read(model);
  } catch (const ImportStopped &) {
    return failure();
  } catch (const std::exception &error) {
    return emitError(loc) << "the model cannot be read: " << error.what();
  }
}

} // namespace dlc::import
