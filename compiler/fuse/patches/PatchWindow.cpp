//===- PatchWindow.cpp - What a part of a tensor is computed from ---------===//

#include "compiler/fuse/patches/PatchWindow.h"
#include "compiler/fuse/StageGroups.h"
#include "compiler/fuse/patches/ImageParts.h"
#include "dialects/interfaces/CostInterface.h"
#include "dialects/nn/Constants.h"
#include "dialects/nn/NnOps.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;

namespace dlc::fuse {

/// An image as a batch of one: the same boxes but for leading dimensions of 1.
static bool isImageAsBatch(Operation *op) {
  auto reshape = dyn_cast<nn::ReshapeOp>(op);
  Operation *image = reshape ? reshape.getInput().getDefiningOp() : nullptr;
  if (!image || !isLastImageStep(image))
    return false;
  ArrayRef<int64_t> from = reshape.getInput().getType().getShape(),
                    to = reshape.getOutput().getType().getShape();
  return to.size() >= from.size() && to.take_back(from.size()) == from;
}

std::optional<SmallVector<Box>> operandBoxes(Operation *op, const Box &part) {
  if (isImageStep(op))
    return operandBoxesOfStep(op, part);
  if (isImageAsBatch(op))
    return SmallVector<Box>{Box(ArrayRef(part).take_back(3))};
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
  if (isImageAsBatch(op))
    return cloneForPart(builder, op, part, operands)->getResult(0);
  return cast<PartOpInterface>(op).buildPart(builder, part, operands);
}

int64_t workOf(Operation *op) {
  if (isImageStep(op))
    return workOfStep(op);
  int64_t macs = multiplyAccumulatesOf(op);
  if (macs || isView(op))
    return macs;
  return std::max(elementsOf(wholeBox(op->getResult(0))),
                  otherOperationsOf(op));
}

} // namespace dlc::fuse
