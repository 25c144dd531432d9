//===- Passes.h - From networks to loops over tensors -----------*- C++ -*-===//

#ifndef DLC_CODEGEN_LOWER_PASSES_H
#define DLC_CODEGEN_LOWER_PASSES_H

#include "mlir/Pass/Pass.h"

namespace dlc::lower {

#define GEN_PASS_DECL
#include "codegen/lower/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "codegen/lower/Passes.h.inc"

} // namespace dlc::lower

#endif
