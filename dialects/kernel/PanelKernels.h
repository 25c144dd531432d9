//===- PanelKernels.h - Weights that are decoded panel by panel ----------*- C++
//-*-===//

#ifndef DLC_DIALECTS_KERNEL_PANELKERNELS_H
#define DLC_DIALECTS_KERNEL_PANELKERNELS_H

#include "dialects/kernel/KernelOps.h"

#define GET_OP_CLASSES
#include "dialects/kernel/PanelKernels.h.inc"

#endif
