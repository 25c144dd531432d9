//===- BindShapes.cpp - Types of a model's inputs and outputs -------------===//

#include "compiler/import/model/BindShapes.h"
#include "compiler/import/Error.h"
#include "compiler/import/checks/Range.h"
#include "compiler/import/model/TensorConstant.h"
#include "onnx/onnx_pb.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include <set>

using namespace mlir;

namespace dlc::import {

namespace {
/// C has no type for what is less than a byte, but for truth values.
void checkEdge(Location loc, const std::string &what, Type element) {
  unsigned bits = element.getIntOrFloatBitWidth();
  if (bits > 1 && bits < 8)
    fail(loc, what + " has the type " + dataTypeName(dataTypeOf(element)) +
                  ", which only tensors inside of a network may have; make it "
                  "one of 8 bits");
}

class Binder {
public:
  Binder(Location loc, const onnx::GraphProto &graph,
         const std::map<std::string, int64_t> &sizes)
      : loc(loc), graph(graph), sizes(sizes) {}

  SmallVector<ModelInput> bind() {
    std::set<std::string> constants;
    for (const auto &tensor : graph.initializer())
      constants.insert(tensor.name());
    SmallVector<const onnx::ValueInfoProto *> inputs;
    for (const auto &input : graph.input())
      if (!constants.count(input.name()))
        inputs.push_back(&input);
    // A name that is a batch dimension somewhere is one everywhere.
    for (const auto *input : inputs) {
      const auto &shape = input->type().tensor_type().shape();
      if (shape.dim_size() > 0 && !shape.dim(0).dim_param().empty())
        batchNames.insert(shape.dim(0).dim_param());
    }
    SmallVector<ModelInput> result;
    for (const auto *input : inputs)
      result.push_back({input->name(), typeOf(*input)});
    for (const auto &[name, size] : sizes)
      if (!used.count(name))
        fail(loc, "--shape " + name + "=" + Twine(size) +
                      ": no input has a dynamic dimension of this name" +
                      known());
    return result;
  }

private:
  RankedTensorType typeOf(const onnx::ValueInfoProto &input) {
    const std::string what = "input '" + input.name() + "'";
    if (input.type().has_sequence_type())
      fail(loc, what + " is a sequence, whose length is not known when "
                       "compiling; make each element an input, and the "
                       "sequence of them by SequenceConstruct");
    if (input.type().has_optional_type())
      fail(loc, what + " is an optional value, which is there or not when the "
                       "network runs; make it a tensor, or leave it out");
    if (!input.type().has_tensor_type())
      fail(loc, what + " is not a tensor, which is all that is supported");
    const auto &tensor = input.type().tensor_type();
    Type element = elementType(loc.getContext(), tensor.elem_type());
    if (!element)
      fail(loc, what + " has the unsupported element type " +
                    dataTypeName(tensor.elem_type()));
    SmallVector<int64_t> shape;
    for (int axis = 0; axis < tensor.shape().dim_size(); ++axis)
      shape.push_back(sizeOf(input.name(), axis, tensor.shape().dim(axis)));
    checkEdge(loc, what, element);
    return tensorType(loc, what, shape, element);
  }

  int64_t sizeOf(const std::string &input, int axis,
                 const onnx::TensorShapeProto::Dimension &dim) {
    if (dim.has_dim_value())
      return dim.dim_value();
    std::string position = input + "." + std::to_string(axis);
    std::string name = dim.dim_param().empty() ? position : dim.dim_param();
    names.insert(name);
    for (const std::string &key : {position, name}) {
      auto found = sizes.find(key);
      if (found == sizes.end())
        continue;
      used.insert(key);
      return found->second;
    }
    if (axis == 0 || batchNames.count(dim.dim_param()))
      return 1;
    // A name that cannot be typed as it is has a place as well.
    bool typed = llvm::all_of(name, [](char c) {
      return llvm::isAlnum(c) || llvm::StringRef("_-./:").contains(c);
    });
    fail(loc, "input '" + input + "': dimension " + Twine(axis) + " ('" + name +
                  "') is dynamic; give its size with --shape " +
                  (typed ? name : position) + "=SIZE");
  }

  std::string known() const {
    if (names.empty())
      return "; all shapes of this model are static";
    return "; there are: " + llvm::join(names, ", ");
  }

  Location loc;
  const onnx::GraphProto &graph;
  const std::map<std::string, int64_t> &sizes;
  std::set<std::string> batchNames, names, used;
};
} // namespace

SmallVector<ModelInput>
bindInputs(Location loc, const onnx::GraphProto &graph,
           const std::map<std::string, int64_t> &sizes) {
  return Binder(loc, graph, sizes).bind();
}

namespace {
std::string declaredText(const onnx::TensorShapeProto &shape) {
  std::string text = "[";
  for (const auto &dim : shape.dim()) {
    text += text.size() > 1 ? ", " : "";
    text += dim.has_dim_value()       ? std::to_string(dim.dim_value())
            : dim.dim_param().empty() ? "?"
                                      : dim.dim_param();
  }
  return text + "]";
}

/// Dynamic dimensions fit every size; some exporters write them as -1. Along
/// `bounded` there may be fewer than `actual` says.
bool fits(const onnx::TensorShapeProto &declared, ArrayRef<int64_t> actual,
          std::optional<int64_t> bounded) {
  if (declared.dim_size() != static_cast<int64_t>(actual.size()))
    return false;
  for (int i = 0; i < declared.dim_size(); ++i) {
    const auto &dim = declared.dim(i);
    if (!dim.has_dim_value() || dim.dim_value() < 0)
      continue;
    if (bounded == i ? dim.dim_value() > actual[i]
                     : dim.dim_value() != actual[i])
      return false;
  }
  return true;
}
} // namespace

namespace {
/// Whether values of `computed` are what is declared. Strings are positions in
/// a list, and maps with keys that are constants the tensor of their values.
bool isDeclared(const onnx::TypeProto_Tensor &declared, Type computed,
                bool strings) {
  if (declared.elem_type() == onnx::TensorProto::STRING)
    return strings && computed.isInteger(64);
  return declared.elem_type() == onnx::TensorProto::UNDEFINED ||
         elementType(computed.getContext(), declared.elem_type()) == computed;
}

bool isSequenceOfMaps(const onnx::TypeProto &type) {
  return type.has_sequence_type() &&
         type.sequence_type().elem_type().has_map_type();
}
} // namespace

std::optional<int64_t> axisOf(const onnx::GraphProto &graph,
                              llvm::StringRef input,
                              llvm::StringRef dimension) {
  if (dimension.empty())
    return std::nullopt;
  for (const auto &value : graph.input()) {
    if (value.name() != input)
      continue;
    const onnx::TensorShapeProto &shape = value.type().tensor_type().shape();
    for (int axis = 0; axis < shape.dim_size(); ++axis)
      if (shape.dim(axis).dim_param() == dimension ||
          (input + "." + llvm::Twine(axis)).str() == dimension)
        return axis;
  }
  return std::nullopt;
}

void checkOutput(Location loc, const onnx::ValueInfoProto &output, Type type,
                 bool strings, std::optional<int64_t> bounded) {
  const std::string what = "output '" + output.name() + "'";
  checkEdge(loc, what, cast<RankedTensorType>(type).getElementType());
  if (output.type().value_case() == onnx::TypeProto::VALUE_NOT_SET)
    return; // it follows from the graph
  if (strings && isSequenceOfMaps(output.type()))
    return;
  if (!output.type().has_tensor_type())
    fail(loc, what + " is not a tensor, which is all that is supported");
  const auto &declared = output.type().tensor_type();
  auto actual = cast<RankedTensorType>(type);
  if (!isDeclared(declared, actual.getElementType(), strings))
    fail(loc, what + " is declared as " + dataTypeName(declared.elem_type()) +
                  ", but its node computes " +
                  dataTypeName(dataTypeOf(actual.getElementType())));
  if (declared.has_shape() &&
      !fits(declared.shape(), actual.getShape(), bounded))
    fail(loc, what + " is declared with the shape " +
                  declaredText(declared.shape()) + ", but its node computes " +
                  shapeText(actual.getShape()) +
                  "; correct the declaration, or leave its shape out");
}

} // namespace dlc::import
