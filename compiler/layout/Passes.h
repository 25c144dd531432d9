//===- Passes.h - Passes that choose where channels lie -------------------===//

#ifndef DLC_COMPILER_LAYOUT_PASSES_H
#define DLC_COMPILER_LAYOUT_PASSES_H

#include "mlir/Pass/Pass.h"

namespace dlc::layout {

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "compiler/layout/Passes.h.inc"

} // namespace dlc::layout

#endif
