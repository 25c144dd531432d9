//===- ModelMutator.cpp - Small changes to a parsed model -----------------===//

#include "test/fuzz/ModelMutator.h"

#include "llvm/ADT/SmallVector.h"

#include <climits>
#include <cmath>
#include <iterator>
#include <limits>

using namespace dlc::fuzz;

int64_t ModelMutator::integer() {
  static const int64_t interesting[] = {
      0,         1,         -1,        2,         3,       7,
      -2,        64,        INT64_MAX, INT64_MIN, INT_MAX, INT_MIN,
      1LL << 31, 1LL << 32, 1LL << 62, 1000000,   4,       -3,
      5,         65536,     127,       255,       -128,    INT64_MAX - 1};
  return interesting[below(std::size(interesting))];
}

int64_t ModelMutator::size() { return oneIn(4) ? integer() : below(9); }

float ModelMutator::real() {
  static const float interesting[] = {0.0F,
                                      -0.0F,
                                      1.0F,
                                      -1.0F,
                                      0.5F,
                                      1e-45F,
                                      1e-30F,
                                      1e30F,
                                      std::numeric_limits<float>::max(),
                                      std::numeric_limits<float>::lowest(),
                                      std::numeric_limits<float>::infinity(),
                                      -std::numeric_limits<float>::infinity(),
                                      std::numeric_limits<float>::quiet_NaN()};
  return interesting[below(std::size(interesting))];
}

/// Values that some attribute knows, and some that none does.
std::string ModelMutator::text() {
  static const char *const interesting[] = {
      "",          "SAME_UPPER", "SAME_LOWER",    "VALID",
      "NOTSET",    "linear",     "nearest",       "cubic",
      "constant",  "reflect",    "edge",          "wrap",
      "forward",   "reverse",    "bidirectional", "DCR",
      "CRD",       "add",        "mul",           "max",
      "none",      "asymmetric", "half_pixel",    "pytorch_half_pixel",
      "floor",     "ceil",       "tanh",          "none\x1b[31m",
      "ij,jk->ik", "\xff\xfe",   "...,ab->b"};
  return interesting[below(std::size(interesting))];
}

/// One of the words between blanks.
std::string ModelMutator::oneOf(llvm::StringRef words) {
  llvm::SmallVector<llvm::StringRef> all;
  words.split(all, ' ');
  return all[below(static_cast<int>(all.size()))].str();
}

onnx::NodeProto *ModelMutator::anyNode() {
  return graph.node_size() ? graph.mutable_node(below(graph.node_size()))
                           : nullptr;
}

void ModelMutator::mutate() {
  switch (below(16)) {
  case 0:
  case 1:
  case 2:
    return changeAttribute();
  case 3:
    return addAttribute();
  case 4:
    return changeShapes();
  case 5:
    return changeRank();
  case 6:
    return rewire();
  case 7:
    return changeInitializer();
  case 8:
  case 9:
    return makeConstant();
  case 10:
    return changeOutputs();
  case 11:
    if (onnx::NodeProto *node = anyNode())
      *graph.add_node() = onnx::NodeProto(*node);
    return;
  case 12:
    if (graph.node_size() > 0)
      graph.mutable_node()->SwapElements(below(graph.node_size()),
                                         below(graph.node_size()));
    return;
  case 13:
    return changeOperator();
  case 14:
    return append();
  default:
    for (auto &opset : *model.mutable_opset_import())
      opset.set_version(1 + below(28));
  }
}

void ModelMutator::changeAttributeValue(onnx::AttributeProto &attribute) {
  if (attribute.ints_size()) {
    switch (below(4)) {
    case 0:
      return attribute.add_ints(size());
    case 1:
      return (void)attribute.mutable_ints()->RemoveLast();
    default:
      return attribute.set_ints(below(attribute.ints_size()), size());
    }
  }
  if (attribute.floats_size())
    return attribute.set_floats(below(attribute.floats_size()), real());
  if (attribute.strings_size())
    return attribute.set_strings(below(attribute.strings_size()), text());
  if (attribute.has_f())
    return attribute.set_f(real());
  if (attribute.has_i())
    return attribute.set_i(oneIn(2) ? integer() : below(9) - 4);
  if (attribute.has_s())
    return attribute.set_s(text());
  if (attribute.has_t())
    return changeTensor(*attribute.mutable_t());
}

void ModelMutator::changeAttribute() {
  onnx::NodeProto *node = anyNode();
  if (!node || node->attribute_size() == 0)
    return addAttribute();
  int which = below(node->attribute_size());
  if (oneIn(8))
    node->mutable_attribute()->DeleteSubrange(which, 1);
  else if (oneIn(10))
    node->mutable_attribute(which)->set_type(
        static_cast<onnx::AttributeProto_AttributeType>(below(15)));
  else
    changeAttributeValue(*node->mutable_attribute(which));
}

/// Optional attributes are absent from most models.
void ModelMutator::addAttribute() {
  static const char ofInteger[] =
      "axis group keepdims ceil_mode to size blocksize hidden_size "
      "linear_before_reset layout count_include_pad storage_order "
      "exclusive reverse largest sorted allowzero batch_dims num_outputs "
      "select_last_index transA transB noop_with_empty_axes p num_groups "
      "saturate antialias fmod block_size";
  static const char ofIntegers[] =
      "pads strides dilations kernel_shape axes perm output_shape "
      "output_padding split";
  static const char ofReal[] =
      "alpha beta epsilon bias gamma lambd clip value_float "
      "extrapolation_value cubic_coeff_a";
  static const char ofText[] =
      "auto_pad mode direction coordinate_transformation_mode "
      "nearest_mode reduction equation approximate "
      "keep_aspect_ratio_policy";
  onnx::NodeProto *node = anyNode();
  if (!node)
    return;
  onnx::AttributeProto &attribute = *node->add_attribute();
  switch (below(4)) {
  case 0:
    attribute.set_name(oneOf(ofInteger));
    attribute.set_type(onnx::AttributeProto::INT);
    return attribute.set_i(oneIn(2) ? integer() : below(5) - 2);
  case 1: {
    attribute.set_name(oneOf(ofIntegers));
    attribute.set_type(onnx::AttributeProto::INTS);
    for (int i = below(7); i > 0; --i)
      attribute.add_ints(size());
    return;
  }
  case 2:
    attribute.set_name(oneOf(ofReal));
    attribute.set_type(onnx::AttributeProto::FLOAT);
    return attribute.set_f(real());
  default:
    attribute.set_name(oneOf(ofText));
    attribute.set_type(onnx::AttributeProto::STRING);
    return attribute.set_s(text());
  }
}

void ModelMutator::changeShape(onnx::ValueInfoProto &value) {
  auto &type = *value.mutable_type()->mutable_tensor_type();
  auto &shape = *type.mutable_shape();
  switch (below(6)) {
  case 0:
    return type.set_elem_type(below(24));
  case 1:
    return shape.add_dim()->set_dim_value(1 + below(4));
  case 2:
    if (shape.dim_size())
      shape.mutable_dim()->RemoveLast();
    return;
  case 3:
    if (shape.dim_size())
      shape.mutable_dim(below(shape.dim_size()))->set_dim_param("N");
    return;
  case 4:
    return type.clear_shape();
  default:
    if (shape.dim_size())
      shape.mutable_dim(below(shape.dim_size()))->set_dim_value(size());
  }
}

void ModelMutator::changeShapes() {
  if (oneIn(3) && graph.output_size())
    return changeShape(*graph.mutable_output(below(graph.output_size())));
  if (graph.input_size())
    changeShape(*graph.mutable_input(below(graph.input_size())));
}

/// One change for all inputs, so that they still belong together; results have
/// the shape that follows.
void ModelMutator::changeRank() {
  int change = below(4), where = below(4);
  int64_t dim = size();
  for (auto &value : *graph.mutable_input()) {
    auto &shape = *value.mutable_type()->mutable_tensor_type()->mutable_shape();
    if (change == 0)
      shape.add_dim()->set_dim_value(dim);
    else if (change == 1 && shape.dim_size())
      shape.mutable_dim()->RemoveLast();
    else if (shape.dim_size())
      shape.mutable_dim(where % shape.dim_size())->set_dim_value(dim);
  }
  for (auto &value : *graph.mutable_output())
    value.mutable_type()->mutable_tensor_type()->clear_shape();
}

void ModelMutator::rewire() {
  onnx::NodeProto *to = anyNode(), *from = anyNode();
  if (!to || to->input_size() == 0)
    return;
  std::string name;
  if (below(4) && from->output_size())
    name = from->output(below(from->output_size()));
  else if (below(2) && from->input_size())
    name = from->input(below(from->input_size()));
  switch (below(5)) {
  case 0:
    return to->add_input(name);
  case 1:
    return (void)to->mutable_input()->RemoveLast();
  case 2:
    return to->mutable_input()->SwapElements(below(to->input_size()),
                                             below(to->input_size()));
  default:
    return to->set_input(below(to->input_size()), name);
  }
}

void ModelMutator::changeOutputs() {
  onnx::NodeProto *node = anyNode();
  if (!node)
    return;
  switch (below(4)) {
  case 0:
    return node->add_output("added");
  case 1:
    if (node->output_size())
      node->mutable_output()->RemoveLast();
    return;
  case 2:
    if (node->output_size())
      node->set_output(below(node->output_size()), "");
    return;
  default:
    // A value within the graph is a result too.
    if (node->output_size()) {
      auto &value = *graph.add_output();
      value.set_name(node->output(below(node->output_size())));
    }
  }
}

void ModelMutator::changeTensor(onnx::TensorProto &tensor) {
  switch (below(6)) {
  case 0:
    return tensor.set_data_type(below(24));
  case 1:
    return tensor.add_dims(size());
  case 2:
    if (tensor.dims_size())
      tensor.set_dims(below(tensor.dims_size()), size());
    return;
  case 3:
    if (tensor.float_data_size())
      return tensor.set_float_data(below(tensor.float_data_size()), real());
    [[fallthrough]];
  case 4:
    if (tensor.int64_data_size())
      return tensor.set_int64_data(below(tensor.int64_data_size()), size());
    if (tensor.int32_data_size())
      return tensor.set_int32_data(below(tensor.int32_data_size()),
                                   static_cast<int32_t>(size()));
    [[fallthrough]];
  default:
    std::string &bytes = *tensor.mutable_raw_data();
    if (bytes.empty())
      return;
    size_t width = tensor.data_type() == onnx::TensorProto::INT64 ? 8 : 4;
    size_t at = below(static_cast<int>(bytes.size())) / width * width;
    int64_t value = size();
    float number = real();
    const char *from = tensor.data_type() == onnx::TensorProto::FLOAT
                           ? reinterpret_cast<const char *>(&number)
                           : reinterpret_cast<const char *>(&value);
    bytes.replace(at, std::min(width, bytes.size() - at), from,
                  std::min(width, bytes.size() - at));
  }
}

void ModelMutator::changeInitializer() {
  if (graph.initializer_size())
    changeTensor(*graph.mutable_initializer(below(graph.initializer_size())));
}

/// Values of a tensor: small numbers, and now and then an extreme one.
void ModelMutator::fill(onnx::TensorProto &tensor, int64_t elements) {
  for (int64_t i = 0; i < elements; ++i) {
    switch (tensor.data_type()) {
    case onnx::TensorProto::FLOAT:
      tensor.add_float_data(oneIn(8) ? real()
                                     : static_cast<float>(below(17) - 8) / 4);
      break;
    case onnx::TensorProto::DOUBLE:
      tensor.add_double_data(oneIn(8) ? real() : below(17) / 4.0 - 2);
      break;
    case onnx::TensorProto::INT64:
      tensor.add_int64_data(oneIn(6) ? integer() : below(9) - 2);
      break;
    case onnx::TensorProto::BOOL:
      tensor.add_int32_data(below(2));
      break;
    default:
      tensor.add_int32_data(below(17));
    }
  }
}

/// Indices, axes and shapes are inputs in ONNX's node tests: what constant ones
/// lead to is seen only when they are constants.
void ModelMutator::makeConstant() {
  constexpr int64_t kMostElements = 4096;
  if (graph.input_size() == 0)
    return;
  int which = below(graph.input_size());
  const onnx::ValueInfoProto &value = graph.input(which);
  const auto &type = value.type().tensor_type();
  onnx::TensorProto tensor;
  tensor.set_name(value.name());
  tensor.set_data_type(type.elem_type());
  int64_t elements = 1;
  for (const auto &dim : type.shape().dim()) {
    int64_t extent = dim.dim_value();
    if (extent < 0 || extent > kMostElements)
      return;
    tensor.add_dims(extent);
    elements *= extent;
    if (elements > kMostElements)
      return;
  }
  fill(tensor, elements);
  graph.mutable_input()->DeleteSubrange(which, 1);
  *graph.add_initializer() = std::move(tensor);
}

void ModelMutator::changeOperator() {
  onnx::NodeProto *node = anyNode(), *other = anyNode();
  if (!node)
    return;
  node->set_op_type(other->op_type());
  if (oneIn(2))
    *node->mutable_attribute() = other->attribute();
}

/// An operator on a result: it becomes part of the same stage, or does not.
void ModelMutator::append() {
  static const char operators[] =
      "Relu Sigmoid Neg Exp Transpose Cast Softmax Flatten Identity Clip "
      "ReduceSum ReduceMean Squeeze Shape Unsqueeze Reshape "
      "GlobalAveragePool MaxPool ArgMax Floor Sqrt Not LeakyRelu";
  if (graph.output_size() == 0)
    return;
  auto &output = *graph.mutable_output(below(graph.output_size()));
  onnx::NodeProto &node = *graph.add_node();
  node.set_op_type(oneOf(operators));
  node.add_input(output.name());
  std::string name = output.name() + "_" + node.op_type();
  node.add_output(name);
  if (node.op_type() == "Cast") {
    auto &to = *node.add_attribute();
    to.set_name("to");
    to.set_type(onnx::AttributeProto::INT);
    to.set_i(1 + below(13));
    output.mutable_type()->mutable_tensor_type()->set_elem_type(
        static_cast<int>(to.i()));
  }
  output.set_name(name);
  output.mutable_type()->mutable_tensor_type()->clear_shape();
}
