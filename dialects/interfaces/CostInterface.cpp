//===- CostInterface.cpp - How much arithmetic an op is -------------------===//

#include "dialects/interfaces/CostInterface.h"
#include "mlir/IR/BuiltinTypes.h"

#include "dialects/interfaces/CostInterface.cpp.inc"

using namespace mlir;

static int64_t elementsOfResult(Operation *op) {
  return cast<ShapedType>(op->getResult(0).getType()).getNumElements();
}

int64_t dlc::sumLengthOf(Operation *op) {
  auto cost = dyn_cast<CostOpInterface>(op);
  return cost ? cost.getSumLength() : 0;
}

int64_t dlc::multiplyAccumulatesOf(Operation *op, int64_t elements) {
  auto cost = dyn_cast<CostOpInterface>(op);
  return cost ? cost.countMultiplyAccumulates(elements) : 0;
}

int64_t dlc::otherOperationsOf(Operation *op, int64_t elements) {
  auto cost = dyn_cast<CostOpInterface>(op);
  return cost ? cost.countOtherOperations(elements) : 0;
}

int64_t dlc::multiplyAccumulatesOf(Operation *op) {
  return isa<CostOpInterface>(op)
             ? multiplyAccumulatesOf(op, elementsOfResult(op))
             : 0;
}

int64_t dlc::otherOperationsOf(Operation *op) {
  return isa<CostOpInterface>(op) ? otherOperationsOf(op, elementsOfResult(op))
                                  : 0;
}
