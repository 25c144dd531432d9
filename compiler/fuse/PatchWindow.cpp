//===- PatchWindow.cpp - What a part of a tensor is computed from ---------===//

#include "compiler/fuse/PatchWindow.h"
#include "compiler/fuse/StageGroups.h"
#include "dialects/interfaces/CostInterface.h"
#include "dialects/nn/Constants.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;

namespace dlc::fuse {

std::optional<SmallVector<Box>> operandBoxes(Operation *op, const Box &part) {
  auto parts = dyn_cast<PartOpInterface>(op);
  if (!parts)
    return std::nullopt;
  std::optional<SmallVector<Box>> boxes = parts.getOperandParts(part);
  if (!boxes)
    return std::nullopt;
  for (auto [operand, box] : llvm::zip_equal(op->getOperands(), *boxes))
    if (nn::constantOf(operand) && box != wholeBox(operand))
      return std::nullopt;
  return boxes;
}

Value cloneOnPart(OpBuilder &builder, Operation *op, const Box &part,
                  ValueRange operands) {
  return cast<PartOpInterface>(op).buildPart(builder, part, operands);
}

int64_t workOf(Operation *op) {
  int64_t macs = multiplyAccumulatesOf(op);
  if (macs || isView(op))
    return macs;
  return std::max(elementsOf(wholeBox(op->getResult(0))),
                  otherOperationsOf(op));
}

} // namespace dlc::fuse
