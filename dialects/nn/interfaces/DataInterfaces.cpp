//===- DataInterfaces.cpp - What ops that move data answer ----------------===//

#include "dialects/nn/NnOps.h"

using namespace mlir;
using namespace dlc;
using namespace dlc::nn;

HalfRule ResizeOp::getHalfRule() {
  return getMode() == ResizeMode::Nearest ? HalfRule::Follow : HalfRule::Float;
}
