//===- TableKernels.h - Sums of signs, looked up ----------------*- C++ -*-===//

#ifndef DLC_DIALECTS_KERNEL_TABLEKERNELS_H
#define DLC_DIALECTS_KERNEL_TABLEKERNELS_H

#include "dialects/kernel/KernelOps.h"

#define GET_OP_CLASSES
#include "dialects/kernel/TableKernels.h.inc"

#endif
