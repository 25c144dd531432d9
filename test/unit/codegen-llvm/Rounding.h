//===- Rounding.h - Conversions of floats by LLVM's own arithmetic --------===//

#ifndef DLC_TEST_UNIT_CODEGEN_LLVM_ROUNDING_H
#define DLC_TEST_UNIT_CODEGEN_LLVM_ROUNDING_H

#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/bit.h"
#include "gtest/gtest.h"

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

/// Each number of 16 bits, the middle to the next one, and the nearest doubles
/// and floats on both sides of these, as the bits of doubles.
inline void nearEveryNumber(const llvm::fltSemantics &narrow,
                            llvm::function_ref<void(uint64_t)> check) {
  auto wide = [&](uint32_t bits) {
    return convert(narrow, bits, llvm::APFloat::IEEEdouble());
  };
  for (uint32_t bits = 0; bits < 0x10000 && !testing::Test::HasFailure();
       ++bits) {
    uint64_t exact = wide(bits), next = wide(std::min(bits + 1, 0xffffu));
    double middle =
        (llvm::bit_cast<double>(exact) + llvm::bit_cast<double>(next)) / 2;
    for (uint64_t at : {exact, llvm::bit_cast<uint64_t>(middle)})
      for (int64_t step : {0, 1, -1, 1 << 29, -(1 << 29), (1 << 28) + 1})
        check(at + step);
  }
}

} // namespace dlc::test

#endif // DLC_TEST_UNIT_CODEGEN_LLVM_ROUNDING_H
