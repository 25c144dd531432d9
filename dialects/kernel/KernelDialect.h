//===- KernelDialect.h - The kernel dialect ---------------------*- C++ -*-===//

#ifndef DLC_DIALECTS_KERNEL_KERNELDIALECT_H
#define DLC_DIALECTS_KERNEL_KERNELDIALECT_H

#include "mlir/IR/Dialect.h"

#include "dialects/kernel/KernelDialect.h.inc"

#endif // DLC_DIALECTS_KERNEL_KERNELDIALECT_H
