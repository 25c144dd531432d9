//===- WordRescale.h - Rescaling in words of 32 bits ------------*- C++ -*-===//
//
// nn.rescale is (a M + C) >> k in 64 bits. Where C is a multiple of 2^32 and k
// is at least 32, nothing of a M's lower word is carried over:
//
//   (a M + C) >> k  =  ((a M >> 32) + (C >> 32)) >> (k - 32)
//
// |a M| and |C| are at most 2^62, so the sum has 32 bits. A vector then holds
// twice as many results.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_LOOPS_WORDRESCALE_H
#define DLC_CODEGEN_LOOPS_WORDRESCALE_H

#include "codegen/loops/nest/Machine.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include <limits>

namespace dlc::loops {

/// How a machine's vectors give the upper words of products of 32 bits.
enum class HighWords {
  None,
  Pairs,  // products of 64 bits of every other lane
  Doubled // AArch64's SQDMULH: twice the upper word
};

HighWords highWordsOf(const Machine &machine);

/// max(min, min(max, ((a M >> 32) + addend) >> shift)); where there is no
/// multiplier a itself is shifted.
struct WordRescale {
  int32_t addend = 0, shift = 0;
  int32_t min = std::numeric_limits<int32_t>::min();
  int32_t max = std::numeric_limits<int32_t>::max();

  /// The zero point z where the addend is (z + 1/2) 2^shift: what is shifted
  /// out is rounded to the nearest, and z added then.
  std::optional<int32_t> zeroPoint() const;
};

/// A vector of words, rescaled; `multipliers` may be null.
mlir::Value emitWordRescale(mlir::OpBuilder &b, mlir::Location loc,
                            mlir::Value words, mlir::Value multipliers,
                            const WordRescale &rescale, HighWords how);

/// A rescaling in a body, from an integer of 32 bits to a narrower one.
struct RescaleChain {
  mlir::Value word;       // what is rescaled
  mlir::Value multiplier; // of 32 bits; null: none, or a constant
  std::optional<int32_t> factor;
  WordRescale rescale;
  llvm::SmallVector<mlir::Operation *> ops; // the last one narrows

  bool isMultiplied() const { return multiplier || factor; }
};

/// The rescaling that begins with `extend`; nullopt where there is none, or
/// none that words do.
std::optional<RescaleChain> findRescaleChain(mlir::arith::ExtSIOp extend);

} // namespace dlc::loops

#endif
