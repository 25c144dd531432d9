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

/// kernel.move and kernel.fill.
std::string mveMove(bool flipped, bool halfwords);
std::string mveFill(int64_t value, bool halfwords);
/// kernel.copy of pieces of 4 or 8 bytes.
std::string mveCopy(int64_t bytes, bool flipped);

/// How sums become what is stored; of 16 bits, multipliers have 64
/// (#kernel.rescale).
struct MveRescale {
  bool isSigned = true;
  int64_t shift = 8, /* 0: each column's own */ min = -128, max = 127;
  int64_t bits = 8;

  bool isWide() const { return bits == 16; }

  /// Where the sum's value is in a wider lane: the instruction that narrows
  /// lanes of 16 bits, and those that clamp bytes (with q3 as their operand) to
  /// bounds that are not the type's.
  const char *narrow() const;
  struct Bound {
    std::string instruction;
    int64_t value; // of the stored bits, without a sign
  };
  llvm::SmallVector<Bound, 2> bounds() const;
};

/// kernel.interleave of 4 or 8 channels.
struct MveInterleave {
  int64_t channels = 8, rows = 3, pitch = 0, columns = 1, spacing = 4;

  const char *whyNot() const;
  std::string text() const;
};

/// kernel.filter on signed bytes.
struct MveFilter {
  int64_t channels = 8, taps = 3, step = 1, results = 1;
  int64_t spacing = 16, stride = 8; // bytes
  MveRescale rescale;

  const char *whyNot() const;
  std::string text() const;
};

/// kernel.windows on signed bytes, or signed halfwords.
struct MveWindows {
  bool halfwords = false;
  int64_t positions = 2, columns = 4, features = 4;
  int64_t rows = 1, pitch = 0, bytes = 16;
  llvm::SmallVector<int64_t> order; // of the groups of a row
  bool natural = true;              // the order is theirs
  int64_t step = 0, stride = 0;     // bytes, of left operand and result
  std::optional<MveRescale> rescale;

  /// Why there is none, or null.
  const char *whyNot() const;
  std::string text() const;
};

} // namespace dlc::kernels

#endif // DLC_CODEGEN_KERNELS_MVEASSEMBLY_H
