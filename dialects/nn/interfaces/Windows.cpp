//===- Windows.cpp - Parts of what windows go over ------------------------===//

#include "dialects/nn/interfaces/Windows.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace dlc;
using namespace dlc::nn;

SmallVector<Box> nn::detail::partsOf(Operation *op, const WindowReads &reads) {
  SmallVector<Box> parts{reads.input};
  for (Value operand : op->getOperands().drop_front())
    parts.push_back(wholeBox(operand));
  return parts;
}

bool nn::detail::noPads(ArrayRef<int64_t> pads) {
  return llvm::all_of(pads, [](int64_t pad) { return pad == 0; });
}
