//===- MulsKernels.h - Kernels of integers in Armv6-M's core -----*- C++
//-*-===//

#ifndef DLC_CODEGEN_KERNELS_CORE_MULSKERNELS_H
#define DLC_CODEGEN_KERNELS_CORE_MULSKERNELS_H

#include "codegen/kernels/IntegerKernels.h"

namespace dlc::kernels {

/// What a row of the table in IntegerKernels.cpp writes.
IntegerKernel writeArmv6M(kernel::KernelOpInterface kernel);

} // namespace dlc::kernels

#endif // DLC_CODEGEN_KERNELS_CORE_MULSKERNELS_H
