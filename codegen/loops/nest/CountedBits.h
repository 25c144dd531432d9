//===- CountedBits.h - Sums of bits that are set ----------------*- C++ -*-===//

#ifndef DLC_CODEGEN_LOOPS_COUNTEDBITS_H
#define DLC_CODEGEN_LOOPS_COUNTEDBITS_H

#include "codegen/loops/nest/Nest.h"
#include "mlir/Dialect/Math/IR/Math.h"

namespace dlc::loops {

/// Whether what a nest sums up are counts of bits (SignStrategy.cpp).
inline bool countsBits(Nest &nest) {
  return nest.hasReduction() &&
         !nest.root.getBody()->getOps<mlir::math::CtPopOp>().empty();
}

} // namespace dlc::loops

#endif // DLC_CODEGEN_LOOPS_COUNTEDBITS_H
