//===- Passes.h - Passes that choose the numbers --------------------------===//

#ifndef DLC_COMPILER_PRECISION_PASSES_H
#define DLC_COMPILER_PRECISION_PASSES_H

#include "mlir/Pass/Pass.h"

namespace dlc::precision {

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "compiler/precision/Passes.h.inc"

} // namespace dlc::precision

#endif
