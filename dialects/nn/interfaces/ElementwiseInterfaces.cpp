//===- ElementwiseInterfaces.cpp - What single elementwise ops answer -----===//
//
// What they all answer is in dialects/nn/Answers.h.
//
//===----------------------------------------------------------------------===//

#include "dialects/nn/NnOps.h"

using namespace mlir;
using namespace dlc;
using namespace dlc::nn;

/// A square leaves the range of half precision from 256 on.
HalfRule MulOp::getHalfRule() {
  return getLhs() == getRhs() ? HalfRule::Float : HalfRule::Follow;
}

bool MulOp::isFactor(unsigned) { return true; }

HalfRule PreluOp::getHalfRule() { return HalfRule::Follow; }

bool PreluOp::isFactor(unsigned) { return true; }
