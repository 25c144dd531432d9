//===- HalfRules.cpp - What may be computed in half precision -------------===//

#include "compiler/precision/HalfRules.h"
#include "dialects/nn/Constants.h"
#include "dialects/nn/NnOps.h"
#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/TypeSwitch.h"
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

/// Whether the operand is multiplied: its digits are the result's.
bool isFactor(OpOperand &operand) {
  return isa<nn::ConvOp, nn::ConvTransposeOp, nn::MatmulOp, nn::MulOp,
             nn::PreluOp>(operand.getOwner()) &&
         operand.getOperandNumber() < 2;
}
} // namespace

int64_t sumLength(Operation *op) {
  return llvm::TypeSwitch<Operation *, int64_t>(op)
      .Case([](nn::ConvOp conv) {
        auto type = cast<ShapedType>(conv.getFilter().getType());
        return type.getNumElements() / std::max<int64_t>(1, type.getDimSize(0));
      })
      .Case([](nn::ConvTransposeOp conv) {
        auto type = cast<ShapedType>(conv.getFilter().getType());
        return type.getNumElements() /
               std::max<int64_t>(1, type.getDimSize(1) * conv.getGroup());
      })
      .Case([](nn::MatmulOp matmul) {
        return cast<ShapedType>(matmul.getLhs().getType()).getShape().back();
      })
      .Default(int64_t(0));
}

Rule ruleOf(Operation *op) {
  return llvm::TypeSwitch<Operation *, Rule>(op)
      .Case<nn::ConvOp, nn::ConvTransposeOp, nn::MatmulOp>(
          [](auto) { return Rule::Half; })
      .Case([](nn::MulOp mul) { // a square leaves the range from 256 on
        return mul.getLhs() == mul.getRhs() ? Rule::Float : Rule::Follow;
      })
      .Case([](nn::ReduceOp reduce) {
        nn::ReduceKind kind = reduce.getKind();
        bool grows =
            kind == nn::ReduceKind::Sum || kind == nn::ReduceKind::Prod;
        return grows ? Rule::Float : Rule::Follow;
      })
      .Case([](nn::ResizeOp resize) {
        return resize.getMode() == nn::ResizeMode::Nearest ? Rule::Follow
                                                           : Rule::Float;
      })
      .Case<nn::TransposeOp, nn::ReshapeOp, nn::BroadcastOp, nn::ConcatOp,
            nn::SliceOp, nn::PadOp, nn::TileOp, nn::GatherOp,
            nn::GatherElementsOp, nn::GatherNdOp>(
          [](auto) { return Rule::Follow; })
      .Case<nn::MaxPoolOp, nn::AvgPoolOp, nn::SoftmaxOp>(
          [](auto) { return Rule::Follow; })
      .Case<nn::AbsOp, nn::NegOp, nn::ReluOp, nn::AddOp, nn::SubOp, nn::MinOp,
            nn::MaxOp, nn::PreluOp, nn::ClipOp, nn::CompareOp, nn::SelectOp,
            nn::TanhOp, nn::SigmoidOp, nn::ErfOp>(
          [](auto) { return Rule::Follow; })
      .Default(Rule::Float);
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

std::string reasonAgainstHalf(Operation *op) {
  std::string reason = reasonOfConstants(op);
  if (!reason.empty())
    return reason;
  if (int64_t length = sumLength(op); length > kLongestSum)
    return llvm::formatv("sums of {0} products are too long for half "
                         "precision; up to {1} are short enough",
                         length, kLongestSum);
  return {};
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
