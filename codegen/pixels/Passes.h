//===- Passes.h - From a frame's bytes to an image --------------*- C++ -*-===//

#ifndef DLC_CODEGEN_PIXELS_PASSES_H
#define DLC_CODEGEN_PIXELS_PASSES_H

#include "mlir/Pass/Pass.h"

namespace dlc::pixels {

#define GEN_PASS_DECL
#include "codegen/pixels/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "codegen/pixels/Passes.h.inc"

} // namespace dlc::pixels

#endif
