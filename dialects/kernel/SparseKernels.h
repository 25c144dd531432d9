//===- SparseKernels.h - Products that leave out zeros ----------*- C++ -*-===//

#ifndef DLC_DIALECTS_KERNEL_SPARSEKERNELS_H
#define DLC_DIALECTS_KERNEL_SPARSEKERNELS_H

#include "dialects/kernel/KernelOps.h"

#define GET_OP_CLASSES
#include "dialects/kernel/SparseKernels.h.inc"

#endif
