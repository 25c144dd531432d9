//===- Passes.h - Passes that compute less for the same result ------------===//

#ifndef DLC_COMPILER_SIMPLIFY_PASSES_H
#define DLC_COMPILER_SIMPLIFY_PASSES_H

#include "mlir/Pass/Pass.h"

namespace dlc::simplify {

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "compiler/simplify/Passes.h.inc"

} // namespace dlc::simplify

#endif
