//===- LayoutInterface.h - In which orders an op computes -------*- C++ -*-===//

#ifndef DLC_DIALECTS_INTERFACES_LAYOUTINTERFACE_H
#define DLC_DIALECTS_INTERFACES_LAYOUTINTERFACE_H

#include "dialects/interfaces/Permutation.h"
#include "mlir/IR/OpDefinition.h"
#include <optional>

namespace dlc {

/// An op on a transposed operand, as transposes around the op itself.
struct Reordering {
  Permutation before; ///< of the operand
  Permutation after;  ///< of each result, to be what it was
};

} // namespace dlc

#include "dialects/interfaces/LayoutInterface.h.inc"

#endif
