//===- KernelStrategies.h - Kernels as strategies ---------------*- C++ -*-===//

#ifndef DLC_CODEGEN_LOOPS_KERNELSTRATEGIES_H
#define DLC_CODEGEN_LOOPS_KERNELSTRATEGIES_H

#include "codegen/loops/strategy/Plan.h"

namespace dlc::loops {

Strategy tileKernelStrategy();
Strategy rowStrategy();

} // namespace dlc::loops

#endif
