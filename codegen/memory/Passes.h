//===- Passes.h - From tensors to one arena ---------------------*- C++ -*-===//

#ifndef DLC_CODEGEN_MEMORY_PASSES_H
#define DLC_CODEGEN_MEMORY_PASSES_H

#include "mlir/Pass/Pass.h"

namespace dlc::memory {

#define GEN_PASS_DECL
#include "codegen/memory/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "codegen/memory/Passes.h.inc"

} // namespace dlc::memory

#endif
