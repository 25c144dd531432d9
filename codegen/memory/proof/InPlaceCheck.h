//===- InPlaceCheck.h - Whether a stage may write over an operand -*- C++ -*-=//

#ifndef DLC_CODEGEN_MEMORY_INPLACECHECK_H
#define DLC_CODEGEN_MEMORY_INPLACECHECK_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace dlc::memory {

enum class InPlace {
  Safe,    // no element is read after its place has been written
  Unsafe,  // one is
  Unknown, // where the stage reads or writes depends on more than its loops
};

/// Goes through the loops of a stage on memrefs, from the first iteration to
/// the last, with the accesses to an operand that begins `distance` bytes after
/// the result (before it, if negative). First whole loops at once, for their
/// order seldom matters; then, where that is not enough, each iteration.
InPlace checkInPlace(mlir::func::FuncOp stage, unsigned operand,
                     unsigned result, int64_t distance = 0);

} // namespace dlc::memory

#endif
