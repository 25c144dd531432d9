//===- ElementwiseInterfaces.cpp - What elementwise ops answer ------------===//

#include "dialects/nn/NnOps.h"

using namespace mlir;
using namespace dlc;
using namespace dlc::nn;

SmallVector<Box> nn::detail::broadcastParts(Operation *op, const Box &part) {
  SmallVector<Box> parts;
  for (Value operand : op->getOperands()) {
    Box box = wholeBox(operand);
    size_t missing = part.size() - box.size();
    for (size_t i = 0; i < box.size(); ++i)
      if (box[i].size != 1)
        box[i] = part[missing + i];
    parts.push_back(box);
  }
  return parts;
}

int64_t nn::detail::axisBefore(int64_t axis, ArrayRef<int64_t> perm) {
  int64_t rank = perm.size();
  if (axis < 0)
    axis += rank;
  return axis < rank ? perm[axis] : axis;
}

/// A square leaves the range of half precision from 256 on.
HalfRule MulOp::getHalfRule() {
  return getLhs() == getRhs() ? HalfRule::Float : HalfRule::Follow;
}

bool MulOp::isFactor(unsigned) { return true; }

HalfRule PreluOp::getHalfRule() { return HalfRule::Follow; }

bool PreluOp::isFactor(unsigned) { return true; }

SmallVector<unsigned> SelectOp::getMovedOperands() { return {1, 2}; }

IntegerForm SelectOp::getIntegerForm() { return IntegerForm::Moved; }
