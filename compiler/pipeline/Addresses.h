//===- Addresses.h - What a pointer of the target can go over ---*- C++ -*-===//

#ifndef DLC_COMPILER_PIPELINE_ADDRESSES_H
#define DLC_COMPILER_PIPELINE_ADDRESSES_H

#include "mlir/IR/Diagnostics.h"
#include "llvm/Support/MathExtras.h"

#include <algorithm>

namespace dlc::pipeline {

/// Offsets are signed; of 64 bits x86-64 and AArch64 give a process 47.
inline uint64_t addressableBytes(unsigned indexBits) {
  return llvm::maxUIntN(std::min(indexBits - 1, 47U));
}

/// Ends the error of what takes more.
inline mlir::InFlightDiagnostic tooLarge(mlir::InFlightDiagnostic diag,
                                         uint64_t bytes, unsigned indexBits) {
  return std::move(diag << bytes << " bytes, but the target can address "
                        << addressableBytes(indexBits)
                        << "; give the network a smaller input");
}

} // namespace dlc::pipeline

#endif // DLC_COMPILER_PIPELINE_ADDRESSES_H
