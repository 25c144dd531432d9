//===- NnIntegerOps.cpp - Accumulators, zero points and nn.rescale --------===//

#include "dialects/nn/Constants.h"
#include "dialects/nn/Infer.h"
#include "dialects/nn/interfaces/WideMultiplier.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace dlc::nn;
using namespace dlc::nn::detail;

FailureOr<Type> dlc::nn::detail::sumElement(std::optional<Location> loc,
                                            StringRef name, int number,
                                            std::optional<Type> accumulator,
                                            ValueRange operands) {
  if (!accumulator)
    return tensorOf(operands.front()).getElementType();
  bool wide =
      accumulator->isSignlessInteger(32) || accumulator->isSignlessInteger(64);
  for (Value operand : operands) {
    auto element = dyn_cast<IntegerType>(tensorOf(operand).getElementType());
    wide &= element && !element.isInteger(1) &&
            element.getWidth() < accumulator->getIntOrFloatBitWidth();
  }
  if (!wide)
    return violated(loc, name, number,
                    "the accumulator is not i32 or i64 and wider than the "
                    "operands' integers");
  return *accumulator;
}

LogicalResult dlc::nn::detail::checkZeroPoint(std::optional<Location> loc,
                                              StringRef name, int number,
                                              Value zeroPoint, Value operand,
                                              bool accumulates,
                                              ArrayRef<int64_t> shape) {
  if (!zeroPoint)
    return success();
  if (!accumulates)
    return violated(loc, name, number, "a zero point needs an accumulator");
  RankedTensorType type = tensorOf(zeroPoint);
  if (type.getElementType() != tensorOf(operand).getElementType())
    return violated(loc, name, number,
                    "a zero point differs from its operand in element type");
  auto joint = broadcastShapes(type.getShape(), shape);
  bool fits = joint && ArrayRef<int64_t>(*joint) == shape;
  if (type.getNumElements() != 1 && !fits)
    return violated(loc, name, number,
                    "a zero point of " + Twine(type.getNumElements()) +
                        " elements does not fit its operand");
  return success();
}

namespace {
bool isStored(Type type) {
  auto integer = dyn_cast<IntegerType>(type);
  return integer &&
         llvm::is_contained({2u, 4u, 8u, 16u, 32u}, integer.getWidth());
}

LogicalResult checkParameterTypes(std::optional<Location> loc, StringRef name,
                                  RescaleOp::Adaptor adaptor) {
  auto holds = [](Value value, unsigned bits) {
    return !value || tensorOf(value).getElementType().isSignlessInteger(bits);
  };
  bool isWide = holds(adaptor.getMultiplier(), 64);
  if ((!isWide && !holds(adaptor.getMultiplier(), 32)) ||
      !holds(adaptor.getTie(), 32) || !holds(adaptor.getAddend(), 64) ||
      !holds(adaptor.getShift(), 8))
    return violated(loc, name, 2,
                    "multiplier needs to be i32 or i64, tie i32, addend i64 "
                    "and shift i8");
  ArrayRef<int64_t> shape = tensorOf(adaptor.getInput()).getShape();
  for (Value parameter : adaptor.getOperands().drop_front()) {
    auto joint = broadcastShapes(shape, tensorOf(parameter).getShape());
    if (!joint || ArrayRef<int64_t>(*joint) != shape)
      return violated(loc, name, 3,
                      "a parameter does not broadcast to the input's shape");
  }
  return success();
}

/// Least and greatest value of a stored type.
std::pair<int64_t, int64_t> rangeOf(IntegerType type) {
  int64_t values = int64_t(1) << type.getWidth();
  int64_t least = type.isUnsigned() ? 0 : -values / 2;
  return {least, least + values - 1};
}
} // namespace

LogicalResult RescaleOp::inferReturnTypes(MLIRContext *,
                                          std::optional<Location> loc,
                                          Adaptor adaptor,
                                          SmallVectorImpl<Type> &types) {
  StringRef name = getOperationName();
  RankedTensorType input = tensorOf(adaptor.getInput());
  auto element = dyn_cast<IntegerType>(input.getElementType());
  if (!element || element.isInteger(1) ||
      element.getWidth() > (element.isUnsigned() ? 16 : 64))
    return violated(
        loc, name, 1,
        "the input needs integers of 2 to 64 bits, or unsigned ones "
        "of at most 16");
  if (failed(checkParameterTypes(loc, name, adaptor)))
    return failure();
  if (!isStored(adaptor.getStorage()))
    return violated(loc, name, 4,
                    "storage is not an integer type of 2, 4, 8, 16 or 32 bits");
  auto [least, greatest] = rangeOf(cast<IntegerType>(adaptor.getStorage()));
  auto min = int64_t(adaptor.getMin()), max = int64_t(adaptor.getMax());
  if (min > max || min < least || max > greatest)
    return violated(loc, name, 5,
                    "min " + Twine(min) + " and max " + Twine(max) +
                        " are no range within " + Twine(least) + " to " +
                        Twine(greatest));
  if (adaptor.getTiesToOdd() && !adaptor.getTie())
    return violated(loc, name, 7, "ties_to_odd is given without a tie");
  return appendTensor(loc, name, input.getShape(), adaptor.getStorage(), types);
}

/// Constraint 6. Parameters that are the arguments of a stage were checked
/// before it was made.
LogicalResult RescaleOp::verify() {
  auto valuesOf = [](Value parameter) {
    return readIntegers(parameter ? constantOf(parameter) : nullptr)
        .value_or(SmallVector<int64_t>());
  };
  constexpr int64_t limit = int64_t(1) << 62;
  for (int64_t shift : valuesOf(getShift()))
    if (shift < 0 || shift > 62)
      return emitOpError("(6) a shift is ") << shift << ", not 0 to 62";
  for (int64_t addend : valuesOf(getAddend()))
    if (addend < -limit || addend >= limit)
      return emitOpError("(6) the addend ")
             << addend << " is outside of -2^62 to 2^62 - 1";
  SmallVector<int64_t> ties = valuesOf(getTie()),
                       multipliers = valuesOf(getMultiplier());
  if (ties.empty() || multipliers.empty())
    return success();
  if (isWideMultiplier(getMultiplier()))
    for (int64_t &multiplier : multipliers)
      multiplier >>= 32;
  bool each = ties.size() == multipliers.size();
  int64_t least = *llvm::min_element(multipliers);
  for (auto [i, tie] : llvm::enumerate(ties)) {
    int64_t multiplier = each ? multipliers[i] : least;
    if (tie < 0 || tie > multiplier)
      return emitOpError("(6) a tie is ")
             << tie << ", not 0 to its multiplier " << multiplier;
  }
  return success();
}
