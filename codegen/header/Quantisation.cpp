//===- Quantisation.cpp - What integers at a network's edge mean ----------===//

#include "codegen/header/Quantisation.h"

#include "dialects/interfaces/IntegerInterface.h"
#include "dialects/nn/Constants.h"
#include "dialects/nn/NnOps.h"

#include <cmath>
#include <limits>

using namespace mlir;
using namespace dlc;
using namespace dlc::header;

/// The operands whose elements, moved or chosen, are the result's.
static SmallVector<unsigned> movedOperands(Operation *op) {
  auto integer = dyn_cast<IntegerOpInterface>(op);
  return integer ? integer.getMovedOperands() : SmallVector<unsigned>{};
}

/// The one element that a constant of floats repeats, if float32 has it.
static std::optional<float> readScale(Value value) {
  ElementsAttr constant = nn::constantOf(value);
  std::optional<nn::ConstantData> data;
  if (constant && isa<FloatType>(constant.getElementType()))
    data = nn::readConstant(constant);
  if (!data || constant.getNumElements() == 0)
    return std::nullopt;
  auto type = cast<FloatType>(constant.getElementType());
  for (int64_t i = 1; i < constant.getNumElements(); ++i)
    if (std::memcmp(data->at(i), data->at(0), data->elementBytes) != 0)
      return std::nullopt;
  uint64_t raw = 0;
  std::memcpy(&raw, data->at(0), data->elementBytes);
  APFloat scale(type.getFloatSemantics(), APInt(type.getWidth(), raw));
  bool loses = false;
  scale.convert(APFloat::IEEEsingle(), APFloat::rmNearestTiesToEven, &loses);
  if (loses || !scale.isFinite())
    return std::nullopt;
  return scale.convertToFloat();
}

/// The same of integers; absent means 0.
static std::optional<int32_t> readZeroPoint(Value value) {
  if (!value)
    return 0;
  ElementsAttr constant = nn::constantOf(value);
  auto values = constant ? nn::readIntegers(constant) : std::nullopt;
  if (!values || values->empty() || !llvm::all_equal(*values) ||
      values->front() != static_cast<int32_t>(values->front()))
    return std::nullopt;
  return static_cast<int32_t>(values->front());
}

namespace {
/// What operators say of a value.
class Statements {
public:
  template <typename Op> void add(Op op) {
    std::optional<float> scale = readScale(op.getScale());
    std::optional<int32_t> zeroPoint = readZeroPoint(op.getZeroPoint());
    Quantisation said{scale.value_or(0), zeroPoint.value_or(0)};
    agree &= scale && zeroPoint && (!any || said == first);
    first = said;
    any = true;
  }

  bool empty() const { return !any; }
  std::optional<Quantisation> result() const {
    return any && agree ? std::optional(first) : std::nullopt;
  }

private:
  Quantisation first;
  bool any = false, agree = true;
};

class Tracer {
public:
  /// The readers of `value`.
  void forward(Value value) {
    if (!visited.insert(value).second)
      return;
    for (OpOperand &use : value.getUses()) {
      Operation *user = use.getOwner();
      auto dequantize = dyn_cast<nn::DequantizeOp>(user);
      if (dequantize && use.getOperandNumber() == 0)
        readers.add(dequantize);
      else if (llvm::is_contained(movedOperands(user), use.getOperandNumber()))
        forward(user->getResult(0));
    }
  }

  /// The makers of `value`; what none makes (an input) is left in `sources`.
  void backward(Value value) {
    if (!passed.insert(value).second)
      return;
    Operation *maker = value.getDefiningOp();
    if (auto quantize = dyn_cast_if_present<nn::QuantizeOp>(maker))
      return makers.add(quantize);
    sources.push_back(value);
    if (maker)
      for (unsigned i : movedOperands(maker))
        backward(maker->getOperand(i));
  }

  Statements readers, makers;
  SmallVector<Value> sources;

private:
  DenseSet<Value> visited, passed;
};
} // namespace

static bool isInteger(Value value) {
  auto tensor = dyn_cast<RankedTensorType>(value.getType());
  auto element =
      tensor ? dyn_cast<IntegerType>(tensor.getElementType()) : IntegerType();
  // One bit is a truth value, which has no scale.
  return element && element.getWidth() != 1;
}

std::optional<Quantisation> dlc::header::quantisationOfInput(Value input) {
  if (!isInteger(input))
    return std::nullopt;
  Tracer tracer;
  tracer.forward(input);
  return tracer.readers.result();
}

std::optional<Quantisation> dlc::header::quantisationOfOutput(Value output) {
  if (!isInteger(output))
    return std::nullopt;
  Tracer tracer;
  tracer.backward(output);
  if (!tracer.makers.empty())
    return tracer.makers.result();
  for (Value source : tracer.sources)
    tracer.forward(source);
  return tracer.readers.result();
}
