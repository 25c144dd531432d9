//===- Weights.cpp - The constant factors of sums -------------------------===//

#include "compiler/prune/Weights.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace dlc::prune {

bool accumulates(Operation *op) { return op->hasAttr("accumulator"); }

Value biasOf(Operation *op) {
  return llvm::TypeSwitch<Operation *, Value>(op)
      .Case<nn::ConvOp, nn::ConvTransposeOp>(
          [](auto conv) { return conv.getBias(); })
      .Default(Value());
}

/// The one integer of a constant; 0 for none.
static std::optional<int64_t> oneInteger(Value zeroPoint) {
  if (!zeroPoint)
    return 0;
  auto values = nn::readIntegers(nn::constantOf(zeroPoint));
  if (!values || values->size() != 1)
    return std::nullopt;
  return values->front();
}

std::optional<int64_t> inputZeroPoint(Operation *op) {
  return oneInteger(
      llvm::TypeSwitch<Operation *, Value>(op)
          .Case([](nn::ConvOp conv) { return conv.getInputZeroPoint(); })
          .Case([](nn::MatmulOp matmul) { return matmul.getLhsZeroPoint(); })
          .Case<nn::AvgPoolOp, nn::ReduceOp>(
              [](auto sum) { return sum.getZeroPoint(); })
          .Default(Value()));
}

std::optional<int64_t> weightsZeroPoint(Operation *op) {
  return oneInteger(
      llvm::TypeSwitch<Operation *, Value>(op)
          .Case([](nn::ConvOp conv) { return conv.getFilterZeroPoint(); })
          .Case([](nn::MatmulOp matmul) { return matmul.getRhsZeroPoint(); })
          .Default(Value()));
}

bool isReadable(Operation *op, Value constant) {
  ElementsAttr elements = nn::constantOf(constant);
  if (!elements || !nn::readConstant(elements))
    return false;
  auto integer = dyn_cast<IntegerType>(elements.getElementType());
  return accumulates(op) ? integer && integer.getWidth() <= 32
                         : elements.getElementType().isF32();
}

Weights::Weights(Value constant, int64_t zeroPoint)
    : data(*nn::readConstant(nn::constantOf(constant))), zero(zeroPoint) {
  Type element = nn::constantOf(constant).getElementType();
  isFloat = element.isF32();
  if (auto integer = dyn_cast<IntegerType>(element)) {
    isUnsigned = integer.isUnsigned();
    width = integer.getWidth();
  }
}

int64_t Weights::integerAt(int64_t i) const {
  uint64_t raw = 0;
  std::memcpy(&raw, data.at(i), data.elementBytes);
  unsigned above = 64 - width;
  return isUnsigned ? int64_t(raw << above >> above)
                    : int64_t(raw << above) >> above;
}

} // namespace dlc::prune
