//===- FoldConstants.h - Weights that nodes compute -------------*- C++ -*-===//

#ifndef DLC_COMPILER_CALIBRATE_FOLDCONSTANTS_H
#define DLC_COMPILER_CALIBRATE_FOLDCONSTANTS_H

#include "compiler/calibrate/Executable.h"
#include "llvm/Support/Error.h"

namespace dlc::calibrate {

/// Float tensors that nodes compute of constants alone (weights that are stored
/// as integers or halves, transposed or scaled) become constants by their own
/// names; nodes that nothing needs then are left out. An empty error: a
/// diagnostic has said it.
llvm::Error foldConstants(import::Graph &graph, const Compile &compile);

} // namespace dlc::calibrate

#endif
