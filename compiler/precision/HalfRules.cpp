//===- HalfRules.cpp - What may be computed in half precision -------------===//

#include "compiler/precision/HalfRules.h"
#include "dialects/interfaces/CostInterface.h"
#include "dialects/nn/Constants.h"
#include "targets/description/TargetAttr.h"
#include "llvm/ADT/APFloat.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>
#include <cstring>

using namespace mlir;

namespace dlc::precision {

namespace {
constexpr float kLargestHalf = 65504;
constexpr float kSmallestNormalHalf = 0x1p-14;

uint16_t halfOf(float value) {
  llvm::APFloat number(value);
  bool losesInfo = false;
  number.convert(llvm::APFloat::IEEEhalf(), llvm::APFloat::rmNearestTiesToEven,
                 &losesInfo);
  return static_cast<uint16_t>(number.bitcastToAPInt().getZExtValue());
}

/// The largest finite magnitude, and whether it is beyond half precision.
struct Magnitude {
  float largest = 0;
  bool tooLarge() const { return largest > kLargestHalf; }
  bool tooSmall() const { return largest > 0 && largest < kSmallestNormalHalf; }
};

Magnitude magnitudeOf(ElementsAttr constant) {
  Magnitude magnitude;
  std::optional<nn::ConstantData> data = nn::readConstant(constant);
  if (!data)
    return magnitude;
  int64_t count = data->splat ? 1 : constant.getNumElements();
  for (int64_t i = 0; i < count; ++i) {
    float value = std::fabs(data->get<float>(i));
    if (std::isfinite(value))
      magnitude.largest = std::max(magnitude.largest, value);
  }
  return magnitude;
}

bool isFactor(OpOperand &operand) {
  auto precision = dyn_cast<PrecisionOpInterface>(operand.getOwner());
  return precision && precision.isFactor(operand.getOperandNumber());
}
} // namespace

HalfRule ruleOf(Operation *op) {
  auto precision = dyn_cast<PrecisionOpInterface>(op);
  return precision ? precision.getHalfRule() : HalfRule::Float;
}

std::string reasonOfConstants(Operation *op) {
  for (OpOperand &operand : op->getOpOperands()) {
    ElementsAttr constant = nn::constantOf(operand.get());
    if (!constant || !constant.getElementType().isF32())
      continue;
    Magnitude magnitude = magnitudeOf(constant);
    std::string largest;
    llvm::raw_string_ostream(largest)
        << llvm::format("%g", static_cast<double>(magnitude.largest));
    if (magnitude.tooLarge())
      return "the constant " + largest +
             " does not fit in half precision, whose largest number is 65504";
    if (isFactor(operand) && magnitude.tooSmall())
      return "the largest weight, " + largest +
             ", is below 2^-14, where half precision loses digits";
  }
  return {};
}

std::string reasonAgainstHalf(Operation *op, bool wideSums) {
  std::string reason = reasonOfConstants(op);
  if (!reason.empty())
    return reason;
  if (wideSums)
    return {};
  if (int64_t length = sumLengthOf(op); length > kLongestHalfSum)
    return llvm::formatv("sums of {0} products are too long for half "
                         "precision; up to {1} are short enough",
                         length, kLongestHalfSum);
  return {};
}

bool hasWideSums(ModuleOp module) {
  return targets::getTargetInfo(module).hasGpu();
}

ElementsAttr roundToHalf(ElementsAttr constant) {
  std::optional<nn::ConstantData> data = nn::readConstant(constant);
  if (!data)
    return nullptr;
  int64_t count = data->splat ? 1 : constant.getNumElements();
  std::vector<char> bytes(count * sizeof(uint16_t));
  for (int64_t i = 0; i < count; ++i) {
    uint16_t half = halfOf(data->get<float>(i));
    std::memcpy(bytes.data() + i * sizeof(half), &half, sizeof(half));
  }
  auto type = cast<ShapedType>(constant.getType());
  return nn::makeConstant(type.clone(Float16Type::get(constant.getContext())),
                          std::move(bytes));
}

} // namespace dlc::precision
