//===- Node.cpp - An ONNX node while it is imported -----------------------===//

#include "compiler/import/Node.h"
#include "compiler/import/GraphImporter.h"
#include "compiler/import/TensorConstant.h"
#include "dialects/nn/Constants.h"
#include "onnx/defs/schema.h"
#include "onnx/onnx_pb.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using onnx::AttributeProto;

namespace dlc::import {

Node::Node(GraphImporter &graph, Scope &scope, onnx::NodeProto &proto,
           int64_t opset, OpBuilder &builder, Location loc,
           ArrayRef<Value> operands)
    : Build(builder, loc), graph(graph), scope(scope), proto(proto),
      version(opset), operands(operands), outputs(proto.output_size()) {}

StringRef Node::op() const { return proto.op_type(); }

/// The operand's name in the operator's definition: "'shape'" says more to
/// the user than a number.
std::string Node::inputName(unsigned i) const {
  const onnx::OpSchema *schema = onnx::OpSchemaRegistry::Schema(
      proto.op_type(), static_cast<int>(version), proto.domain());
  if (schema && i < schema->inputs().size())
    return "'" + schema->inputs()[i].GetName() + "'";
  return std::to_string(i);
}

Value Node::in(unsigned i) const {
  if (!has(i))
    fail("input " + inputName(i) + " is missing");
  return operands[i];
}

ArrayRef<Value> Node::allInputs() const {
  for (unsigned i = 0; i < operands.size(); ++i)
    in(i);
  if (operands.empty())
    fail("the node has no input");
  return operands;
}

bool Node::isConstant(unsigned i) const {
  return has(i) && nn::constantOf(operands[i]);
}

ElementsAttr Node::constantInput(unsigned i) const {
  ElementsAttr constant = nn::constantOf(in(i));
  if (!constant)
    fail("input " + inputName(i) +
         " must be known when compiling, but it depends on the model's "
         "inputs; make it a constant");
  return constant;
}

Ints Node::constantInts(unsigned i) const {
  std::optional<Ints> values = nn::readIntegers(constantInput(i));
  if (!values)
    fail("input " + inputName(i) + " must hold integers");
  return *values;
}

SmallVector<double> Node::constantFloats(unsigned i) const {
  ElementsAttr constant = constantInput(i);
  auto type = dyn_cast<FloatType>(constant.getElementType());
  std::optional<nn::ConstantData> data = nn::readConstant(constant);
  if (!type || !data)
    fail("input " + inputName(i) + " must hold floating-point numbers");
  SmallVector<double> values;
  for (int64_t k = 0, e = constant.getNumElements(); k < e; ++k) {
    uint64_t raw = 0;
    std::memcpy(&raw, data->at(k), data->elementBytes);
    APFloat value(type.getFloatSemantics(), APInt(type.getWidth(), raw));
    values.push_back(value.convertToDouble());
  }
  return values;
}

int64_t Node::constantInt(unsigned i) const {
  Ints values = constantInts(i);
  if (values.size() != 1)
    fail("input " + inputName(i) + " must hold one number, not " +
         Twine(values.size()));
  return values.front();
}

double Node::constantFloat(unsigned i) const {
  SmallVector<double> values = constantFloats(i);
  if (values.size() != 1)
    fail("input " + inputName(i) + " must hold one number, not " +
         Twine(values.size()));
  return values.front();
}

AttributeProto *Node::attribute(StringRef name) const {
  attributesUsed.insert(name);
  for (AttributeProto &attribute : *proto.mutable_attribute())
    if (attribute.name() == name)
      return &attribute;
  return nullptr;
}

void Node::checkAttributesUsed() const {
  for (const AttributeProto &attribute : proto.attribute())
    if (!attributesUsed.contains(attribute.name()))
      fail("attribute '" + attribute.name() + "' is not supported");
}

int64_t Node::intAttr(StringRef name, int64_t absent) const {
  AttributeProto *found = attribute(name);
  return found ? found->i() : absent;
}

double Node::floatAttr(StringRef name, double absent) const {
  AttributeProto *found = attribute(name);
  return found ? found->f() : absent;
}

std::string Node::stringAttr(StringRef name, StringRef absent) const {
  AttributeProto *found = attribute(name);
  return found ? found->s() : absent.str();
}

Ints Node::intsAttr(StringRef name) const {
  AttributeProto *found = attribute(name);
  return found ? Ints(found->ints().begin(), found->ints().end()) : Ints();
}

SmallVector<double> Node::floatsAttr(StringRef name) const {
  AttributeProto *found = attribute(name);
  return found ? SmallVector<double>(found->floats().begin(),
                                     found->floats().end())
               : SmallVector<double>();
}

SmallVector<std::string> Node::stringsAttr(StringRef name) const {
  AttributeProto *found = attribute(name);
  return found ? SmallVector<std::string>(found->strings().begin(),
                                          found->strings().end())
               : SmallVector<std::string>();
}

ElementsAttr Node::takeTensorAttr(StringRef name) {
  AttributeProto *found = attribute(name);
  if (!found || !found->has_t())
    fail("attribute '" + name + "' must hold a tensor");
  return takeTensor(*found->mutable_t());
}

ElementsAttr Node::takeTensor(onnx::TensorProto &tensor) {
  return takeConstant(loc(), tensor, graph.folder());
}

Type Node::typeAttr(StringRef name, Type absent) const {
  AttributeProto *found = attribute(name);
  if (!found || (found->i() == onnx::TensorProto::UNDEFINED && absent))
    return absent;
  Type type = elementType(context(), static_cast<int32_t>(found->i()));
  if (!type)
    fail("type " + dataTypeName(static_cast<int32_t>(found->i())) +
         " in attribute '" + name + "' is not supported");
  return type;
}

std::optional<Ints> Node::intsFrom(unsigned operand, StringRef name) const {
  if (has(operand))
    return constantInts(operand);
  if (hasAttr(name))
    return intsAttr(name);
  return std::nullopt;
}

int64_t Node::axis(int64_t axis, int64_t rank) const {
  if (axis < -rank || axis >= rank)
    fail("axis " + Twine(axis) + " is outside a tensor of rank " + Twine(rank));
  return axis < 0 ? axis + rank : axis;
}

Ints Node::axes(ArrayRef<int64_t> axes, int64_t rank) const {
  Ints sorted;
  for (int64_t one : axes)
    sorted.push_back(axis(one, rank));
  llvm::sort(sorted);
  if (std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end())
    fail("an axis is named twice");
  return sorted;
}

unsigned Node::numOutputs() const { return outputs.size(); }

bool Node::wants(unsigned i) const {
  return i < outputs.size() && !proto.output(static_cast<int>(i)).empty();
}

void Node::set(unsigned i, Value value) {
  if (i < outputs.size())
    outputs[i] = value;
}

SmallVector<Value> Node::importBranch(onnx::GraphProto &branch) {
  return graph.importBranch(branch, scope);
}

} // namespace dlc::import
