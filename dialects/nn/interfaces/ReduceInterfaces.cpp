//===- ReduceInterfaces.cpp - What reductions answer ----------------------===//

#include "dialects/nn/Infer.h"

using namespace mlir;
using namespace dlc;
using namespace dlc::nn;
using namespace dlc::nn::detail;

/// One for each element that is reduced.
int64_t ReduceOp::countOtherOperations(int64_t elements) {
  ArrayRef<int64_t> shape = tensorOf(getInput()).getShape();
  for (int64_t axis : getAxes())
    elements *= shape[axis];
  return elements;
}

/// Sums and products grow with the number of their terms.
HalfRule ReduceOp::getHalfRule() {
  bool grows = getKind() == ReduceKind::Sum || getKind() == ReduceKind::Prod;
  return grows ? HalfRule::Float : HalfRule::Follow;
}
