//===- Passes.h - What a network keeps from call to call ------------------===//

#ifndef DLC_COMPILER_STATE_PASSES_H
#define DLC_COMPILER_STATE_PASSES_H

#include "mlir/Pass/Pass.h"

namespace dlc::state {

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "compiler/state/Passes.h.inc"

} // namespace dlc::state

#endif
