//===- IntegerInterface.h - How an op is computed in integers ---*- C++ -*-===//

#ifndef DLC_DIALECTS_INTERFACES_INTEGERINTERFACE_H
#define DLC_DIALECTS_INTERFACES_INTEGERINTERFACE_H

#include "mlir/IR/OpDefinition.h"
#include "llvm/ADT/SmallVector.h"

namespace dlc {

enum class IntegerForm {
  Moved,   ///< elements of operands: the op itself, on integers of one scale
  Clamped, ///< the smaller or larger of x and constants: of q and theirs
  Summed,  ///< linear in each operand: an exact accumulator, then rescaled
  Mapped,  ///< a function of one element: a table with an entry for each q
  None     ///< in real numbers
};

} // namespace dlc

#include "dialects/interfaces/IntegerInterface.h.inc"

#endif
