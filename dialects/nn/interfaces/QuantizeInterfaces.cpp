//===- QuantizeInterfaces.cpp - What conversions to integers answer -------===//

#include "dialects/nn/Infer.h"

using namespace mlir;
using namespace dlc;
using namespace dlc::nn;
using namespace dlc::nn::detail;

/// Scales and zero points are wanted all: one, or one for each entry of a
/// dimension that is not cut.
template <typename OpT>
static std::optional<SmallVector<Box>> partsOfConversion(OpT op,
                                                         const Box &part) {
  if (tensorOf(op.getScale()).getNumElements() != 1) {
    int64_t axis = op.getAxis();
    if (axis < 0)
      axis += static_cast<int64_t>(part.size());
    if (!(part[axis] == wholeBox(op.getOutput())[axis]))
      return std::nullopt;
  }
  SmallVector<Box> parts{part};
  for (Value operand : op->getOperands().drop_front())
    parts.push_back(wholeBox(operand));
  return parts;
}

std::optional<SmallVector<Box>> QuantizeOp::getOperandParts(const Box &part) {
  return partsOfConversion(*this, part);
}

std::optional<SmallVector<Box>> DequantizeOp::getOperandParts(const Box &part) {
  return partsOfConversion(*this, part);
}

StageRole QuantizeOp::getStageRole() { return StageRole::Elementwise; }

StageRole DequantizeOp::getStageRole() { return StageRole::Elementwise; }

bool QuantizeOp::isAlongAxis(unsigned operand) { return operand > 0; }

bool DequantizeOp::isAlongAxis(unsigned operand) { return operand > 0; }
