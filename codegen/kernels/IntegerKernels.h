//===- IntegerKernels.h - The instructions of integer kernels ---*- C++ -*-===//

#ifndef DLC_CODEGEN_KERNELS_INTEGERKERNELS_H
#define DLC_CODEGEN_KERNELS_INTEGERKERNELS_H

#include "dialects/kernel/KernelOps.h"

namespace dlc::kernels {

/// The text of a naked function, or why there is none; neither where the op is
/// no kernel on integers or its instruction set has none.
struct IntegerKernel {
  std::string text;
  const char *whyNot = nullptr;
};

/// What kernel.copy, kernel.widen and kernel.columns are made of. An
/// instruction set is a row of the table in IntegerKernels.cpp.
IntegerKernel writeIntegerKernel(kernel::KernelOpInterface kernel);

} // namespace dlc::kernels

#endif // DLC_CODEGEN_KERNELS_INTEGERKERNELS_H
