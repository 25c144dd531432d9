//===- Passes.h - From samples of sound to features -------------*- C++ -*-===//

#ifndef DLC_CODEGEN_AUDIO_PASSES_H
#define DLC_CODEGEN_AUDIO_PASSES_H

#include "mlir/Pass/Pass.h"

namespace dlc::audio {

#define GEN_PASS_DECL
#include "codegen/audio/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "codegen/audio/Passes.h.inc"

} // namespace dlc::audio

#endif
