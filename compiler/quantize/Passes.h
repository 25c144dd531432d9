//===- Passes.h - Passes for quantised networks ---------------------------===//

#ifndef DLC_COMPILER_QUANTIZE_PASSES_H
#define DLC_COMPILER_QUANTIZE_PASSES_H

#include "mlir/Pass/Pass.h"

namespace dlc::quantize {

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "compiler/quantize/Passes.h.inc"

} // namespace dlc::quantize

#endif
