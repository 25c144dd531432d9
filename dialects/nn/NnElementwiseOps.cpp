//===- NnElementwiseOps.cpp - Broadcasting and elementwise types ----------===//

#include "dialects/nn/Infer.h"

using namespace mlir;
using namespace dlc::nn;
using namespace dlc::nn::detail;

std::optional<SmallVector<int64_t>>
dlc::nn::broadcastShapes(ArrayRef<int64_t> a, ArrayRef<int64_t> b) {
  if (a.size() < b.size())
    std::swap(a, b);
  SmallVector<int64_t> shape(a);
  size_t offset = a.size() - b.size();
  for (size_t i = 0; i < b.size(); ++i) {
    int64_t &size = shape[offset + i];
    if (size == 1)
      size = b[i];
    else if (b[i] != 1 && b[i] != size)
      return std::nullopt;
  }
  return shape;
}

namespace {
/// Broadcasts `operands` to one shape with the given element type.
LogicalResult inferBroadcast(std::optional<Location> loc, StringRef name,
                             ValueRange operands, Type element,
                             SmallVectorImpl<Type> &types) {
  Shape shape(tensorOf(operands.front()).getShape());
  for (Value operand : operands.drop_front()) {
    auto joint = broadcastShapes(shape, tensorOf(operand).getShape());
    if (!joint)
      return violated(loc, name, 2, "the operands' shapes do not broadcast");
    shape = std::move(*joint);
  }
  return appendTensor(loc, name, shape, element, types);
}

LogicalResult inferSameElement(std::optional<Location> loc, StringRef name,
                               ValueRange operands, Type result,
                               SmallVectorImpl<Type> &types) {
  Type element = tensorOf(operands[0]).getElementType();
  if (tensorOf(operands[1]).getElementType() != element)
    return violated(loc, name, 1, "the operands differ in element type");
  return inferBroadcast(loc, name, operands, result ? result : element, types);
}
} // namespace

LogicalResult dlc::nn::detail::inferBinary(std::optional<Location> loc,
                                           StringRef name, ValueRange operands,
                                           SmallVectorImpl<Type> &types) {
  return inferSameElement(loc, name, operands, nullptr, types);
}

LogicalResult dlc::nn::detail::inferSum(std::optional<Location> loc,
                                        StringRef name, ValueRange operands,
                                        Type accumulator,
                                        SmallVectorImpl<Type> &types) {
  if (!accumulator)
    return inferBinary(loc, name, operands, types);
  bool wide = accumulator.isSignlessInteger(16) ||
              accumulator.isSignlessInteger(32) ||
              accumulator.isSignlessInteger(64);
  for (Value operand : operands) {
    auto element = dyn_cast<IntegerType>(tensorOf(operand).getElementType());
    wide &= element && !element.isInteger(1) &&
            element.getWidth() + element.isUnsigned() <=
                accumulator.getIntOrFloatBitWidth();
  }
  if (!wide)
    return violated(loc, name, 3,
                    "the accumulator is not i16, i32 or i64, or too narrow for "
                    "the operands' integers");
  return inferBroadcast(loc, name, operands, accumulator, types);
}

LogicalResult ModOp::inferReturnTypes(MLIRContext *,
                                      std::optional<Location> loc,
                                      Adaptor adaptor,
                                      SmallVectorImpl<Type> &types) {
  return inferSameElement(loc, getOperationName(), adaptor.getOperands(),
                          nullptr, types);
}

LogicalResult CompareOp::inferReturnTypes(MLIRContext *context,
                                          std::optional<Location> loc,
                                          Adaptor adaptor,
                                          SmallVectorImpl<Type> &types) {
  return inferSameElement(loc, getOperationName(), adaptor.getOperands(),
                          IntegerType::get(context, 1), types);
}

LogicalResult SelectOp::inferReturnTypes(MLIRContext *,
                                         std::optional<Location> loc,
                                         Adaptor adaptor,
                                         SmallVectorImpl<Type> &types) {
  Type element = tensorOf(adaptor.getOnTrue()).getElementType();
  if (tensorOf(adaptor.getOnFalse()).getElementType() != element)
    return violated(loc, getOperationName(), 1,
                    "on_true and on_false differ in element type");
  return inferBroadcast(loc, getOperationName(), adaptor.getOperands(), element,
                        types);
}

LogicalResult ClipOp::inferReturnTypes(MLIRContext *, std::optional<Location>,
                                       Adaptor adaptor,
                                       SmallVectorImpl<Type> &types) {
  types.push_back(adaptor.getInput().getType());
  return success();
}

LogicalResult IsNanOp::inferReturnTypes(MLIRContext *context,
                                        std::optional<Location>,
                                        Adaptor adaptor,
                                        SmallVectorImpl<Type> &types) {
  types.push_back(
      tensorOf(adaptor.getInput()).clone(IntegerType::get(context, 1)));
  return success();
}

LogicalResult IsInfOp::inferReturnTypes(MLIRContext *context,
                                        std::optional<Location>,
                                        Adaptor adaptor,
                                        SmallVectorImpl<Type> &types) {
  types.push_back(
      tensorOf(adaptor.getInput()).clone(IntegerType::get(context, 1)));
  return success();
}
