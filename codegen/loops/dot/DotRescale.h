//===- DotRescale.h - Rescaling sums in vectors -----------------*- C++ -*-===//

#ifndef DLC_CODEGEN_LOOPS_DOTRESCALE_H
#define DLC_CODEGEN_LOOPS_DOTRESCALE_H

#include "codegen/loops/nest/Contraction.h"
#include "mlir/IR/Builders.h"

namespace dlc::loops {

/// An epilogue that is a bias, a rescaling by the upper word of the product and
/// a clamp: (((sum * multiplier) >> 32) + addend) >> shift, 32 bits each.
struct HighWordEpilogue {
  int bias = -1;        // the epilogue's input that is added first; -1: none
  int multipliers = -1; // the epilogue's input; -1: `multiplier` for all
  int32_t multiplier = 0;
  int32_t addend = 0;
  int32_t shift = 0;
  int32_t min = 0, max = 0; // of the stored integer
};

/// The epilogue of a nest in this form; nullopt where it is another.
std::optional<HighWordEpilogue> highWordEpilogue(const Nest &nest,
                                                 const SumEpilogue &epilogue);

/// A vector of sums, rescaled by one of multipliers and clamped, in 32 bits;
/// `doubled`: by AArch64's SQDMULH, which gives twice the upper word.
mlir::Value emitHighWord(mlir::OpBuilder &b, mlir::Location loc,
                         mlir::Value sums, mlir::Value multipliers,
                         const HighWordEpilogue &epilogue, bool doubled);

} // namespace dlc::loops

#endif
