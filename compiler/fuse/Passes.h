//===- Passes.h - From operators to stages ----------------------*- C++ -*-===//

#ifndef DLC_COMPILER_FUSE_PASSES_H
#define DLC_COMPILER_FUSE_PASSES_H

#include "mlir/Pass/Pass.h"

namespace dlc::fuse {

#define GEN_PASS_DECL
#include "compiler/fuse/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "compiler/fuse/Passes.h.inc"

} // namespace dlc::fuse

#endif
