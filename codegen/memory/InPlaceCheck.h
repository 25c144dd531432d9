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
/// the last, with the accesses to these two arguments, which are the same
/// memory: numbers of elements are computed, everything else is left out.
InPlace checkInPlace(mlir::func::FuncOp stage, unsigned operand,
                     unsigned result);

} // namespace dlc::memory

#endif
