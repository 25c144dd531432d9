//===- HalfWords.h - Rescaling to bytes by way of 16 bits -------*- C++ -*-===//
//
// AArch64: (2 a M >> 32) by SQDMULH is shifted, rounded to the nearest and
// narrowed to 16 bits by SQRSHRN. Both that and the addition of the zero point
// saturate far beyond the bounds of a byte.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_LOOPS_HALFWORDS_H
#define DLC_CODEGEN_LOOPS_HALFWORDS_H

#include "codegen/loops/nest/WordRescale.h"

namespace dlc::loops {

/// Whether instructions that round, narrow and saturate rescale so: to 16 bits
/// (`emitHalfWords`), and from there to the clamp.
bool fitsHalfWords(const WordRescale &rescale);
/// Four sums, rescaled to 16 bits less the zero point.
mlir::Value emitHalfWords(mlir::OpBuilder &b, mlir::Location loc,
                          mlir::Value sums, mlir::Value multipliers,
                          const WordRescale &rescale);
/// A vector of these as bytes: the zero point is added, the clamp done.
mlir::Value narrowHalfWords(mlir::OpBuilder &b, mlir::Location loc,
                            mlir::Value halfWords, const WordRescale &rescale);

/// A vector of words, rescaled to bytes; where there are no multipliers it is
/// shifted only. Null where that is not how `rescale` can be done.
mlir::Value emitByteRescale(mlir::OpBuilder &b, mlir::Location loc,
                            mlir::Value words, mlir::Value multipliers,
                            const WordRescale &rescale);

} // namespace dlc::loops

#endif
