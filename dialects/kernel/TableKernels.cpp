//===- TableKernels.cpp - Sums of signs, looked up ------------------------===//

#include "dialects/kernel/TableKernels.h"
#include "dialects/kernel/KernelVerify.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace dlc::kernel {

using detail::verifyOneType;

static constexpr int64_t kWordBytes = 4;

int64_t TableColumnsOp::getLookedUp() {
  return static_cast<int64_t>(llvm::alignTo(getFeatures(), getBlock()));
}

int64_t TableColumnsOp::getRightBytes() {
  int64_t words = 1 + (getRescale() ? getRescale()->columnWords() : 0);
  int64_t head = getRescale() ? getRescale()->headWords() : 0;
  int64_t bits = getLookedUp() * static_cast<int64_t>(getSteps()) *
                 static_cast<int64_t>(getGroup());
  return kWordBytes * (head + words * static_cast<int64_t>(getFeatures())) +
         static_cast<int64_t>(llvm::divideCeil(bits, 8 * kWordBytes)) *
             kWordBytes;
}

int64_t TableColumnsOp::getScratchBytes() {
  return static_cast<int64_t>(getUnroll()) *
             tableBytes(static_cast<int64_t>(getGroup()),
                        getTile().getPositions()) +
         getLookedUp() * kWordBytes;
}

int64_t TableColumnsOp::getStoredBits() {
  constexpr int64_t kSumBits = 32;
  return getRescale() ? getRescale()->getStorage().getIntOrFloatBitWidth()
                      : kSumBits;
}

LogicalResult TableColumnsOp::verify() {
  if (failed(verifyOneType(*this,
                           {getLeft(), getRight(), getScratch(), getResult()})))
    return failure();
  auto group = static_cast<int64_t>(getGroup());
  if ((!getFrom().isSignedInteger(8) && !getFrom().isUnsignedInteger(8)) ||
      (group != 4 && group != 8))
    return emitOpError("(2) elements of ")
           << getFrom() << " in groups of " << group;
  if (getSteps() % getUnroll() != 0)
    return emitOpError("(3) ") << getSteps() << " steps, " << getUnroll()
                               << " of which are one section";
  auto features = static_cast<int64_t>(getFeatures());
  if (features % getTile().getColumns() != 0)
    return emitOpError("(3) ")
           << features << " columns in blocks of " << getTile().getColumns();
  int64_t positions = getTile().getPositions();
  int64_t elements = static_cast<int64_t>(getSteps()) * group;
  if (positions > 2 || (positions == 2 && elements > kMostElements))
    return emitOpError("(4) sums of ")
           << elements << " elements of " << positions << " positions";
  if (static_cast<int64_t>(getMagnitude()) > kMostMagnitude)
    return emitOpError("(5) magnitude is ") << getMagnitude();
  if (getRescale() && getRescale()->isWide())
    return emitOpError("(6) stores ") << getRescale()->getStorage();
  return success();
}

SmallVector<Access, 2> TableColumnsOp::getAccesses() {
  int64_t positions = getTile().getPositions();
  Access left;
  left.address = getLeft();
  left.elements.known = static_cast<int64_t>(getSteps()) * positions *
                        static_cast<int64_t>(getGroup());
  Access right;
  right.address = getRight();
  right.elements.known = getRightBytes();
  Access tables;
  tables.address = getScratch();
  tables.writes = true;
  tables.elements.known = getScratchBytes();
  Access sums = tables;
  sums.writes = false;
  Access result{getResult(),
                true,
                {positions, {}},
                {static_cast<int64_t>(getStride()), {}},
                {static_cast<int64_t>(getFeatures()), {}},
                getStoredBits()};
  // The left operand is read for the last time before the first result is
  // stored, of which each has its sum in scratch memory.
  return {left, right, tables, sums, result, sums};
}

} // namespace dlc::kernel
