//===- CodedKernels.h - Products with weights that are codes ----*- C++ -*-===//

#ifndef DLC_DIALECTS_KERNEL_CODEDKERNELS_H
#define DLC_DIALECTS_KERNEL_CODEDKERNELS_H

#include "dialects/kernel/KernelOps.h"

namespace dlc::kernel {

inline bool areWithCodes(ProductsAttr products) {
  return products.getRight().isUnsignedInteger(4);
}

/// Bytes of what kernel.code_table writes for left operands of such elements; 0
/// where instructions have none.
int64_t codeTableBytes(InstructionSet set, int64_t leftBits);

} // namespace dlc::kernel

#define GET_OP_CLASSES
#include "dialects/kernel/CodedKernels.h.inc"

#endif
