//===- Node.cpp - An ONNX node while it is imported -----------------------===//

#include "compiler/import/Node.h"
#include "compiler/import/GraphImporter.h"
#include "compiler/import/LoopBody.h"
#include "compiler/import/Sequences.h"
#include "compiler/import/model/Strings.h"
#include "compiler/import/model/TensorConstant.h"
#include "dialects/nn/Constants.h"
#include "onnx/defs/schema.h"
#include "onnx/onnx_pb.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using onnx::AttributeProto;
using onnx::TensorProto;

namespace dlc::import {

namespace {
void requireEntries(const Node &n, ArrayRef<int64_t> values, Range allowed,
                    const Twine &source) {
  for (int64_t value : values)
    if (!allowed.has(value))
      n.fail(source + " has the entry " + Twine(value) +
             ", but entries must be " + textOf(allowed));
}
} // namespace

Node::Node(GraphImporter &graph, Scope &scope, onnx::NodeProto &proto,
           int64_t opset, OpBuilder &builder, Location loc,
           ArrayRef<Value> operands)
    : Build(builder, loc), graph(graph), scope(scope), proto(proto),
      version(opset), operands(operands), outputs(proto.output_size()),
      outputStrings(proto.output_size()) {}

bool Node::isSequence(unsigned i) const {
  return has(i) && elementsOf(operands[i]);
}

OperandRange Node::sequence(unsigned i) const {
  std::optional<OperandRange> elements = elementsOf(in(i));
  if (!elements)
    fail(inputText(i) + " is no sequence");
  return *elements;
}

bool Node::isNothing(unsigned i) const {
  return has(i) && import::isNothing(operands[i]);
}

void Node::setSequence(unsigned i, ArrayRef<Value> elements) {
  for (Value element : elements)
    if (!isTensor(element) || elementOf(element) != elementOf(elements.front()))
      fail("a sequence would have elements of different types");
  set(i, makeSequence(builder, loc(), elements));
}

void Node::setNothing(unsigned i) { set(i, makeNothing(builder, loc())); }

std::optional<Bound> Node::boundOf(unsigned i) const {
  return has(i) ? graph.sizes().of(operands[i]) : std::nullopt;
}

void Node::setBound(unsigned i, int64_t axis, Value count) {
  if (i < outputs.size())
    graph.newBounds().push_back({i, {axis, count}});
}

StringRef Node::op() const { return proto.op_type(); }

std::string Node::inputText(unsigned i) const {
  const onnx::OpSchema *schema = onnx::OpSchemaRegistry::Schema(
      proto.op_type(), static_cast<int>(version), proto.domain());
  if (schema && i < schema->inputs().size())
    return "input '" + schema->inputs()[i].GetName() + "'";
  return "input number " + std::to_string(i + 1);
}

std::string Node::sourceText(unsigned operand, StringRef name) const {
  return has(operand) ? inputText(operand) : "attribute '" + name.str() + "'";
}

Value Node::in(unsigned i) const {
  if (!has(i))
    fail(inputText(i) + " is missing");
  return operands[i];
}

ArrayRef<Value> Node::allInputs() const {
  for (unsigned i = 0; i < operands.size(); ++i)
    in(i);
  if (operands.empty())
    fail("the node has no input");
  return operands;
}

bool Node::makesSpectra() const { return graph.makesSpectra(); }

bool Node::isConstant(unsigned i) const {
  return has(i) && nn::constantOf(operands[i]);
}

ElementsAttr Node::constantInput(unsigned i) const {
  ElementsAttr constant = nn::constantOf(in(i));
  if (!constant)
    fail(inputText(i) +
         " must be known when compiling, but it depends on the model's "
         "inputs; make it a constant, or an input of the model one by --fix");
  return constant;
}

Ints Node::constantInts(unsigned i, Range allowed) const {
  std::optional<Ints> values = nn::readIntegers(constantInput(i));
  if (!values)
    fail(inputText(i) + " must hold integers");
  requireEntries(*this, *values, allowed, inputText(i));
  return *values;
}

namespace {
/// The elements of a constant; nullopt when they are no floats.
std::optional<SmallVector<double>> readFloats(ElementsAttr constant) {
  auto type = dyn_cast<FloatType>(constant.getElementType());
  std::optional<nn::ConstantData> data = nn::readConstant(constant);
  if (!type || !data)
    return std::nullopt;
  SmallVector<double> values;
  for (int64_t k = 0, e = constant.getNumElements(); k < e; ++k) {
    uint64_t raw = 0;
    std::memcpy(&raw, data->at(k), data->elementBytes);
    APFloat value(type.getFloatSemantics(), APInt(type.getWidth(), raw));
    bool losesInfo;
    value.convert(APFloat::IEEEdouble(), APFloat::rmNearestTiesToEven,
                  &losesInfo);
    values.push_back(value.convertToDouble());
  }
  return values;
}
} // namespace

SmallVector<double> Node::constantFloats(unsigned i) const {
  auto values = readFloats(constantInput(i));
  if (!values)
    fail(inputText(i) + " must hold floating-point numbers");
  return *values;
}

int64_t Node::constantInt(unsigned i, Range allowed) const {
  Ints values = constantInts(i, kAnyInteger);
  if (values.size() != 1)
    fail(inputText(i) + " must hold one number, not " + Twine(values.size()));
  require(values.front(), allowed, inputText(i));
  return values.front();
}

double Node::constantFloat(unsigned i) const {
  SmallVector<double> values = constantFloats(i);
  if (values.size() != 1)
    fail(inputText(i) + " must hold one number, not " + Twine(values.size()));
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

int64_t Node::intAttr(StringRef name, int64_t absent, Range allowed) const {
  AttributeProto *found = attribute(name);
  if (!found)
    return absent;
  require(found->i(), allowed, "attribute '" + name + "'");
  return found->i();
}

double Node::floatAttr(StringRef name, double absent) const {
  AttributeProto *found = attribute(name);
  return found ? found->f() : absent;
}

std::string Node::stringAttr(StringRef name, StringRef absent) const {
  AttributeProto *found = attribute(name);
  return found ? found->s() : absent.str();
}

std::string Node::choiceAttr(StringRef name, StringRef absent,
                             std::initializer_list<StringRef> allowed) const {
  std::string value = stringAttr(name, absent);
  if (llvm::is_contained(allowed, value))
    return value;
  std::string choices;
  for (StringRef one : allowed)
    if (!one.empty()) // stands for the default, which is another
      choices += (choices.empty() ? "" : ", ") + one.str();
  fail("attribute '" + name + "' is '" + value + "', but must be one of " +
       choices);
}

Ints Node::intsAttr(StringRef name, Range allowed) const {
  AttributeProto *found = attribute(name);
  if (!found)
    return {};
  Ints values(found->ints().begin(), found->ints().end());
  requireEntries(*this, values, allowed, "attribute '" + name + "'");
  return values;
}

SmallVector<double> Node::floatsAttr(StringRef name) const {
  AttributeProto *found = attribute(name);
  return found ? SmallVector<double>(found->floats().begin(),
                                     found->floats().end())
               : SmallVector<double>();
}

SmallVector<double> Node::tensorFloatsAttr(StringRef name) {
  AttributeProto *found = attribute(name);
  TensorProto copy = found ? found->t() : TensorProto();
  auto values = readFloats(takeTensor(copy));
  if (!values)
    fail("attribute '" + name + "' must hold floating-point numbers");
  return *values;
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

ElementsAttr Node::takeTensor(TensorProto &tensor) {
  return takeConstant(loc(), tensor, graph.folder());
}

std::pair<Value, SmallVector<std::string>>
Node::takeTensorOrStrings(StringRef name) {
  AttributeProto *found = attribute(name);
  if (found && found->has_t() &&
      found->t().data_type() == TensorProto::STRING) {
    Strings strings = takeStrings(loc(), found->t());
    return {constant(strings.positions), strings.list};
  }
  return {constant(takeTensorAttr(name)), {}};
}

Type Node::typeAttr(StringRef name, Type absent) const {
  int64_t number = intAttr(name, TensorProto::UNDEFINED,
                           {TensorProto::UNDEFINED, TensorProto::DataType_MAX});
  if (number == TensorProto::UNDEFINED && absent)
    return absent;
  Type type = elementType(context(), static_cast<int32_t>(number));
  if (!type)
    fail("attribute '" + name + "' asks for the type " +
         dataTypeName(static_cast<int32_t>(number)) +
         ", which is not supported");
  return type;
}

std::optional<Ints> Node::intsFrom(unsigned operand, StringRef name,
                                   Range allowed) const {
  if (has(operand)) {
    requireRank(operand, {0, 1});
    return constantInts(operand, allowed);
  }
  if (!name.empty() && hasAttr(name))
    return intsAttr(name, allowed);
  return std::nullopt;
}

//===----------------------------------------------------------------------===//
// Axes
//===----------------------------------------------------------------------===//

static int64_t fromFront(int64_t axis, int64_t rank) {
  return axis < 0 ? axis + rank : axis;
}

int64_t Node::axisAttr(StringRef name, int64_t absent, int64_t rank) const {
  int64_t axis = intAttr(name, absent, kAnyInteger);
  require(axis, axesOf(rank), "attribute '" + name + "'",
          " for a tensor of rank " + Twine(rank));
  return fromFront(axis, rank);
}

int64_t Node::cutAttr(StringRef name, int64_t absent, int64_t rank) const {
  int64_t axis = intAttr(name, absent, kAnyInteger);
  require(axis, cutsOf(rank), "attribute '" + name + "'",
          " for a tensor of rank " + Twine(rank));
  return fromFront(axis, rank);
}

std::optional<Ints> Node::axesFrom(unsigned operand, StringRef name,
                                   int64_t rank) const {
  std::optional<Ints> axes = intsFrom(operand, name, kAnyInteger);
  if (!axes)
    return std::nullopt;
  return orderedAxes(*axes, rank, sourceText(operand, name));
}

std::optional<Ints> Node::axesAttr(StringRef name, int64_t rank) const {
  if (!hasAttr(name))
    return std::nullopt;
  return orderedAxes(intsAttr(name, kAnyInteger), rank,
                     "attribute '" + name + "'");
}

Ints Node::orderedAxes(Ints axes, int64_t rank, const Twine &source) const {
  for (int64_t &axis : axes) {
    require(axis, axesOf(rank), "an entry of " + source,
            " for a tensor of rank " + Twine(rank));
    axis = fromFront(axis, rank);
  }
  Ints sorted = axes;
  llvm::sort(sorted);
  auto twice = std::adjacent_find(sorted.begin(), sorted.end());
  if (twice != sorted.end())
    fail(source + " names axis " + Twine(*twice) + " twice");
  return axes;
}

//===----------------------------------------------------------------------===//
// Requirements
//===----------------------------------------------------------------------===//

void Node::require(int64_t value, Range allowed, const Twine &source,
                   const Twine &why) const {
  if (allowed.has(value))
    return;
  if (allowed.min > allowed.max)
    fail(source + " is " + Twine(value) + ", but no value is possible" + why);
  fail(source + " is " + Twine(value) + ", but must be " + textOf(allowed) +
       why);
}

void Node::requireRank(unsigned i, Range ranks, const Twine &why) const {
  if (ranks.has(rank(i)))
    return;
  std::string allowed = ranks.max == kMaxSize
                            ? std::to_string(ranks.min) + " or more"
                            : textOf(ranks);
  fail(inputText(i) + " has rank " + Twine(rank(i)) + ", but must have rank " +
       allowed + why);
}

void Node::requireShape(unsigned i, ArrayRef<int64_t> expected,
                        const Twine &why) const {
  if (shape(i) == expected)
    return;
  std::string allowed =
      expected.empty() ? "be a scalar" : "have " + shapeText(expected);
  fail(inputText(i) + " has the shape " + shapeText(shape(i)) + ", but must " +
       allowed + why);
}

//===----------------------------------------------------------------------===//
// Results
//===----------------------------------------------------------------------===//

unsigned Node::numOutputs() const { return outputs.size(); }

bool Node::wants(unsigned i) const {
  return i < outputs.size() && !proto.output(static_cast<int>(i)).empty();
}

void Node::set(unsigned i, Value value) {
  if (i < outputs.size())
    outputs[i] = value;
}

ArrayRef<std::string> Node::stringsOf(unsigned i) const {
  return graph.stringsOf(in(i));
}

void Node::setStrings(unsigned i, ArrayRef<std::string> strings) {
  if (i < outputStrings.size())
    outputStrings[i].assign(strings.begin(), strings.end());
}

std::optional<Ints> Node::declaredShape(unsigned i) const {
  if (!scope.graph || !wants(i))
    return std::nullopt;
  const std::string &name = proto.output(static_cast<int>(i));
  for (const auto *values :
       {&scope.graph->output(), &scope.graph->value_info()})
    for (const onnx::ValueInfoProto &value : *values) {
      if (value.name() != name || !value.type().has_tensor_type() ||
          !value.type().tensor_type().has_shape())
        continue;
      Ints shape;
      for (const auto &size : value.type().tensor_type().shape().dim())
        shape.push_back(size.has_dim_value() ? size.dim_value() : -1);
      return shape;
    }
  return std::nullopt;
}

bool Node::mayHaveShape(unsigned i, ArrayRef<int64_t> shape) const {
  std::optional<Ints> declared = declaredShape(i);
  return !declared || (declared->size() == shape.size() &&
                       llvm::all_of(llvm::zip_equal(*declared, shape),
                                    [](const auto &sizes) {
                                      auto [given, size] = sizes;
                                      return given < 0 || given == size;
                                    }));
}

LoopBody Node::loopBody(StringRef name) {
  AttributeProto *found = attribute(name);
  if (!found || !found->has_g())
    fail("attribute '" + name + "' must hold a graph");
  return LoopBody(graph, *found->mutable_g(), scope);
}

SmallVector<Value> Node::importBranch(onnx::GraphProto &branch) {
  return graph.importBranch(branch, scope);
}

} // namespace dlc::import
