//===- Rounding.h - Conversions of floats by LLVM's own arithmetic --------===//

#ifndef DLC_TEST_UNIT_CODEGEN_LLVM_ROUNDING_H
#define DLC_TEST_UNIT_CODEGEN_LLVM_ROUNDING_H

#include "llvm/ADT/APFloat.h"

namespace dlc::test {

/// The bits of `to` nearest to those of `from`, ties to even.
inline uint64_t convert(const llvm::fltSemantics &from, uint64_t bits,
                        const llvm::fltSemantics &to) {
  unsigned width = llvm::APFloat::getSizeInBits(from);
  llvm::APFloat value(from, llvm::APInt(width, bits));
  bool losesInfo;
  value.convert(to, llvm::APFloat::rmNearestTiesToEven, &losesInfo);
  return value.bitcastToAPInt().getZExtValue();
}

} // namespace dlc::test

#endif // DLC_TEST_UNIT_CODEGEN_LLVM_ROUNDING_H
