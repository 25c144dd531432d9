//===- PoolInterfaces.cpp - What pools answer -----------------------------===//

#include "dialects/nn/interfaces/Windows.h"
#include <algorithm>
#include <functional>
#include <numeric>

using namespace mlir;
using namespace dlc;
using namespace dlc::nn;
using namespace dlc::nn::detail;

static int64_t windowElements(ArrayRef<int64_t> kernel) {
  return std::accumulate(kernel.begin(), kernel.end(), int64_t(1),
                         std::multiplies<>());
}

template <typename PoolOp>
static std::optional<SmallVector<Box>> partsOfPool(PoolOp op, const Box &part) {
  std::optional<WindowReads> reads = readsOf(op, op.getKernel(), part);
  if (!reads)
    return std::nullopt;
  return partsOf(op, *reads);
}

template <typename PoolOp>
static PoolOp clonePool(OpBuilder &builder, PoolOp op, const Box &part,
                        ValueRange operands) {
  auto clone = cast<PoolOp>(cloneForPart(builder, op, part, operands));
  clone.setPads(readsOf(op, op.getKernel(), part)->pads);
  return clone;
}

//===----------------------------------------------------------------------===//
// Largest
//===----------------------------------------------------------------------===//

int64_t MaxPoolOp::countOtherOperations(int64_t elements) {
  return elements * windowElements(getKernel());
}

std::optional<SmallVector<Box>> MaxPoolOp::getOperandParts(const Box &part) {
  return partsOfPool(*this, part);
}

Value MaxPoolOp::buildPart(OpBuilder &builder, const Box &part,
                           ValueRange operands) {
  return clonePool(builder, *this, part, operands).getOutput();
}

bool MaxPoolOp::takesPadding() { return noPads(getPads()); }

//===----------------------------------------------------------------------===//
// Mean
//===----------------------------------------------------------------------===//

int64_t AvgPoolOp::countOtherOperations(int64_t elements) {
  return elements * windowElements(getKernel());
}

std::optional<SmallVector<Box>> AvgPoolOp::getOperandParts(const Box &part) {
  return partsOfPool(*this, part);
}

Value AvgPoolOp::buildPart(OpBuilder &builder, const Box &part,
                           ValueRange operands) {
  AvgPoolOp clone = clonePool(builder, *this, part, operands);
  SmallVector<int64_t> counted(getCountedPads());
  for (auto [count, pad] : llvm::zip_equal(counted, clone.getPads()))
    count = std::min(count, pad);
  clone.setCountedPads(counted);
  return clone.getOutput();
}

bool AvgPoolOp::takesPadding() { return noPads(getPads()); }
