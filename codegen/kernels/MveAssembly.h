//===- MveAssembly.h - Integer kernels in Arm's MVE -------------*- C++ -*-===//
//
// Cores that multiply and add up sixteen pairs of bytes at a time (VMLADAVA):
// Armv8.1-M with the vector extension. Each text is the body of a naked
// function with the arguments of the op of that name (dialects/kernel) in r0 to
// r3.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_KERNELS_MVEASSEMBLY_H
#define DLC_CODEGEN_KERNELS_MVEASSEMBLY_H

#include "llvm/ADT/SmallVector.h"
#include <cstdint>
#include <optional>
#include <string>

namespace dlc::kernels {

std::string mveMove(bool flipped);
std::string mveFill(int64_t value);

/// kernel.windows on signed bytes.
struct MveWindows {
  struct Rescale {
    bool isSigned = true;
    int64_t shift = 8, /* 0: each column's own */ min = -128, max = 127;
  };

  int64_t positions = 2, columns = 4, features = 4;
  int64_t rows = 1, pitch = 0, bytes = 16;
  llvm::SmallVector<int64_t> order; // of the groups of a row
  bool natural = true;              // the order is theirs
  int64_t step = 0, stride = 0;     // bytes, of left operand and result
  std::optional<Rescale> rescale;

  /// Why there is none, or null.
  const char *whyNot() const;
  std::string text() const;
};

} // namespace dlc::kernels

#endif // DLC_CODEGEN_KERNELS_MVEASSEMBLY_H
