//===- Build.cpp - Ops on integers ----------------------------------------===//

#include "compiler/quantize/Build.h"
#include "compiler/evaluate/Evaluate.h"
#include "compiler/quantize/Stored.h"
#include "dialects/nn/Constants.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace dlc::quantize {

Value buildConstant(OpBuilder &builder, Location loc, IntegerType element,
                    const Spread<int64_t> &values) {
  auto type = RankedTensorType::get(values.shape, element);
  const int64_t width = nn::elementBytes(element);
  std::vector<char> bytes(values.size() * width);
  for (auto [i, value] : llvm::enumerate(values.values))
    std::memcpy(&bytes[i * width], &value, width);
  // Where a byte holds fewer bits, the others are 0.
  if (element.getWidth() < 8)
    for (char &byte : bytes)
      byte &= char((1 << element.getWidth()) - 1);
  return arith::ConstantOp::create(builder, loc,
                                   nn::makeConstant(type, std::move(bytes)));
}

Value rebuild(OpBuilder &builder, Operation *op, ValueRange operands,
              RankedTensorType type) {
  Operation *result =
      Operation::create(op->getLoc(), op->getName(), type, operands,
                        op->getDiscardableAttrDictionary(),
                        op->getPropertiesStorage(), BlockRange(), 0);
  builder.insert(result);
  // Weights are constants whatever moves them.
  SmallVector<ElementsAttr> constants, results;
  for (Value operand : operands)
    if (ElementsAttr constant = nn::constantOf(operand))
      constants.push_back(constant);
  if (constants.size() < operands.size() ||
      failed(evaluate::evaluateOp(result, constants, results)))
    return result->getResult(0);
  result->erase();
  return arith::ConstantOp::create(builder, op->getLoc(), results.front());
}

Value buildLookup(OpBuilder &builder, Location loc, Value table,
                  Value integers) {
  Shape shape(typeOf(integers).getShape());
  Type index = builder.getI32Type();
  if (typeOf(integers).getElementType() != index)
    integers = nn::CastOp::create(
        builder, loc, RankedTensorType::get(shape, index), integers);
  return nn::GatherOp::create(
      builder, loc,
      RankedTensorType::get(shape, typeOf(table).getElementType()), table,
      integers, /*axis=*/0);
}

Value buildFloats(OpBuilder &builder, Location loc, ArrayRef<float> numbers,
                  ArrayRef<int64_t> shape) {
  const char *begin = reinterpret_cast<const char *>(numbers.data());
  std::vector<char> bytes(begin, begin + numbers.size() * sizeof(float));
  auto type = RankedTensorType::get(shape, builder.getF32Type());
  return arith::ConstantOp::create(builder, loc,
                                   nn::makeConstant(type, std::move(bytes)));
}

Value buildDequantize(OpBuilder &builder, Location loc, Value integers,
                      ArrayRef<float> scales, int64_t axis) {
  SmallVector<int64_t, 1> shape;
  if (scales.size() > 1)
    shape.push_back(int64_t(scales.size()));
  auto type =
      RankedTensorType::get(typeOf(integers).getShape(), builder.getF32Type());
  return nn::DequantizeOp::create(
      builder, loc, type, integers, buildFloats(builder, loc, scales, shape),
      Value(), builder.getI64IntegerAttr(scales.size() > 1 ? axis : 0));
}

Value buildClip(OpBuilder &builder, Location loc, Value integers, Reach clamp) {
  auto type = cast<IntegerType>(typeOf(integers).getElementType());
  Reach all = reachOf(type);
  if (clamp == all)
    return integers;
  auto attr = [&](int64_t bound, int64_t least) {
    return bound == least ? FloatAttr() : builder.getF64FloatAttr(bound);
  };
  return nn::ClipOp::create(builder, loc, integers.getType(), integers,
                            attr(clamp.least, all.least),
                            attr(clamp.greatest, all.greatest));
}

Value buildRescale(OpBuilder &builder, Location loc, Value input,
                   const Spread<RescaleParameters> &parameters,
                   IntegerType storage, Reach clamp, Value multiplier) {
  auto field = [&](int64_t RescaleParameters::*member, unsigned bits) {
    std::vector<int64_t> values;
    for (const RescaleParameters &one : parameters.values)
      values.push_back(one.*member);
    return buildConstant(
        builder, loc, builder.getIntegerType(bits),
        Spread<int64_t>(parameters.shape, std::move(values)).collapsed());
  };
  const bool isWide =
      !parameters.values.empty() && parameters.values.front().isWide;
  bool hasTie = false, tiesToOdd = false;
  for (const RescaleParameters &one : parameters.values)
    if (one.tie != 0) {
      hasTie = true;
      tiesToOdd = one.tiesToOdd;
    }
  auto type = RankedTensorType::get(typeOf(input).getShape(), storage);
  return nn::RescaleOp::create(
      builder, loc, type, input,
      multiplier ? multiplier
                 : field(&RescaleParameters::multiplier, isWide ? 64 : 32),
      field(&RescaleParameters::addend, 64),
      field(&RescaleParameters::shift, 8),
      hasTie ? field(&RescaleParameters::tie, 32) : Value(),
      TypeAttr::get(storage), builder.getI64IntegerAttr(clamp.least),
      builder.getI64IntegerAttr(clamp.greatest),
      builder.getBoolAttr(tiesToOdd));
}

std::pair<std::optional<Fraction>, std::optional<Fraction>>
boundsOf(Operation *op) {
  if (isa<nn::ReluOp>(op))
    return {Fraction(0), std::nullopt};
  std::pair<std::optional<Fraction>, std::optional<Fraction>> bounds;
  auto clip = cast<nn::ClipOp>(op);
  // The ends of the type, which exporters write for no bound, and what lies
  // beyond bound nothing.
  auto type = dyn_cast<FloatType>(getElementTypeOrSelf(clip.getType()));
  double end =
      type ? APFloat::getLargest(type.getFloatSemantics()).convertToDouble()
           : std::numeric_limits<double>::infinity();
  if (auto min = clip.getMin(); min && !(min->convertToDouble() <= -end))
    bounds.first = Fraction::of(*min);
  if (auto max = clip.getMax(); max && !(max->convertToDouble() >= end))
    bounds.second = Fraction::of(*max);
  return bounds;
}

} // namespace dlc::quantize
