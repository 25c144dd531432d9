//===- LaunchCheck.h - Whether threads may write over an operand -*- C++
//-*-===//

#ifndef DLC_CODEGEN_MEMORY_LAUNCHCHECK_H
#define DLC_CODEGEN_MEMORY_LAUNCHCHECK_H

#include "codegen/memory/proof/InPlaceCheck.h"

namespace dlc::memory {

/// Whether a stage of launches may have the result where the operand is: the
/// launch that writes it has each element of the operand read by the thread
/// that writes over it, before it does, and no launch behind reads any. Nullopt
/// for a stage without launches.
///
/// Indices are compared as values: the stage has been through CSE.
std::optional<InPlace> checkLaunches(mlir::func::FuncOp stage, unsigned operand,
                                     unsigned result, int64_t distance);

} // namespace dlc::memory

#endif
