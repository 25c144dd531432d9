//===- ConvInterfaces.cpp - What convolutions and products answer ---------===//

#include "dialects/nn/Infer.h"
#include "dialects/nn/interfaces/Windows.h"
#include <algorithm>

using namespace mlir;
using namespace dlc;
using namespace dlc::nn;
using namespace dlc::nn::detail;

/// Elements of the filter for each entry of its first dimension.
static int64_t filterPart(Value filter) {
  RankedTensorType type = tensorOf(filter);
  return type.getNumElements() / std::max<int64_t>(1, type.getDimSize(0));
}

static ArrayRef<int64_t> kernelOf(ConvOp conv) {
  return tensorOf(conv.getFilter()).getShape().drop_front(2);
}

//===----------------------------------------------------------------------===//
// Convolution
//===----------------------------------------------------------------------===//

int64_t ConvOp::getSumLength() { return filterPart(getFilter()); }

int64_t ConvOp::countOtherOperations(int64_t elements) {
  return getBias() ? elements : 0;
}

HalfRule ConvOp::getHalfRule() { return HalfRule::Half; }

bool ConvOp::isFactor(unsigned operand) { return operand < 2; }

std::optional<SmallVector<Box>> ConvOp::getOperandParts(const Box &part) {
  std::optional<WindowReads> reads = readsOf(*this, kernelOf(*this), part);
  if (!reads)
    return std::nullopt;
  return partsOf(*this, *reads);
}

Value ConvOp::buildPart(OpBuilder &builder, const Box &part,
                        ValueRange operands) {
  auto clone = cast<ConvOp>(cloneForPart(builder, *this, part, operands));
  clone.setPads(readsOf(*this, kernelOf(*this), part)->pads);
  return clone.getOutput();
}

bool ConvOp::takesPadding() { return noPads(getPads()); }

bool ConvOp::takesTranspose() { return true; }

//===----------------------------------------------------------------------===//
// Transposed convolution
//===----------------------------------------------------------------------===//

int64_t ConvTransposeOp::getSumLength() {
  RankedTensorType filter = tensorOf(getFilter());
  return filter.getNumElements() /
         std::max<int64_t>(1, filter.getDimSize(1) * getGroup());
}

/// Every element of the input meets its part of the filter once; strides leave
/// most sums shorter than the longest.
int64_t ConvTransposeOp::countMultiplyAccumulates(int64_t elements) {
  int64_t all = tensorOf(getOutput()).getNumElements();
  int64_t macs =
      tensorOf(getInput()).getNumElements() * filterPart(getFilter());
  if (all == 0)
    return macs;
  return macs / all * elements + macs % all * elements / all;
}

HalfRule ConvTransposeOp::getHalfRule() { return HalfRule::Half; }

bool ConvTransposeOp::isFactor(unsigned operand) { return operand < 2; }

//===----------------------------------------------------------------------===//
// Matrix product
//===----------------------------------------------------------------------===//

int64_t MatmulOp::getSumLength() {
  return tensorOf(getLhs()).getShape().back();
}

HalfRule MatmulOp::getHalfRule() { return HalfRule::Half; }

bool MatmulOp::isFactor(unsigned) { return true; }
