//===- SparseKernels.cpp - Products that leave out zeros ------------------===//

#include "dialects/kernel/SparseKernels.h"
#include "dialects/kernel/KernelVerify.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace dlc::kernel {

using detail::verifyOneType;

int64_t SparseColumnsOp::getSegments() {
  return llvm::divideCeil(static_cast<int64_t>(getSteps()), kSegment);
}

int64_t SparseColumnsOp::getNumberBytes() {
  constexpr int64_t kWord = 4;
  bool own = getRescale() && !getShared();
  return kWord * (1 + (own ? getRescale()->columnWords() : 0));
}

int64_t SparseColumnsOp::getOtherBytes() {
  constexpr int64_t kWord = 4;
  int64_t words = 1 + (getRescale() ? getRescale()->headWords() : 0);
  if (getShared())
    words += getRescale()->columnWords();
  return kWord * words + static_cast<int64_t>(getWeights() + getPlaces());
}

int64_t SparseColumnsOp::getStoredBits() {
  Type stored =
      getRescale() ? getRescale()->getStorage() : getProducts().getSum();
  return stored.getIntOrFloatBitWidth();
}

LogicalResult SparseColumnsOp::verify() {
  if (failed(verifyOneType(*this,
                           {getLeft(), getRight(), getColumns(), getResult()})))
    return failure();
  ProductsAttr products = getProducts();
  if (!products.getRight().isSignedInteger(8) ||
      static_cast<int64_t>(getWeights()) % products.getGroup() != 0)
    return emitOpError("(2) ")
           << getWeights() << " bytes of weights of type "
           << products.getRight() << " in groups of " << products.getGroup();
  auto values = static_cast<int64_t>(getWeights());
  if (getCoded() && (products.getGroup() != 1 || values != kCodes))
    return emitOpError("(3) codes of ")
           << values << " values in groups of " << products.getGroup();
  if (getShared() && (!getRescale() || getRescale()->isWide() ||
                      (!getRescale()->getLimbs() && !getRescale()->getShift())))
    return emitOpError("(4) a factor is shared where there is none");
  return success();
}

SmallVector<Access, 2> SparseColumnsOp::getAccesses() {
  ProductsAttr products = getProducts();
  Access left;
  left.address = getLeft();
  left.elements.known = static_cast<int64_t>(getSteps());
  left.elementBits =
      products.getLeft().getIntOrFloatBitWidth() * products.getGroup();
  Access right;
  right.address = getRight();
  right.elements = {0, getColumns()};
  right.elementBits = getNumberBytes() * 8;
  // What follows the numbers has no address of its own; all are constants.
  Access others;
  others.address = getRight();
  others.elements.known = getOtherBytes();
  Access result{getResult(),       true,           {1, {}}, {},
                {0, getColumns()}, getStoredBits()};
  // The left operand is read again for the next column.
  return {left, right, others, result, left};
}

} // namespace dlc::kernel
