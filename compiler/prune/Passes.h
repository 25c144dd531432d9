//===- Passes.h - Passes that leave out channels --------------------------===//

#ifndef DLC_COMPILER_PRUNE_PASSES_H
#define DLC_COMPILER_PRUNE_PASSES_H

#include "mlir/Pass/Pass.h"

namespace dlc::prune {

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "compiler/prune/Passes.h.inc"

} // namespace dlc::prune

#endif
