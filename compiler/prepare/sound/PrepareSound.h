//===- PrepareSound.h - A front end becomes part of a network ---*- C++ -*-===//

#ifndef DLC_COMPILER_PREPARE_SOUND_PREPARESOUND_H
#define DLC_COMPILER_PREPARE_SOUND_PREPARESOUND_H

#include "compiler/prepare/Prepare.h"

namespace dlc::prepare {

/// As prepareInput, of a description that has sound: argument `input` of @main
/// becomes samples of 16 bits. `features`, if it is not null, are the real
/// numbers, of f32, that the network is given: as the front end has them, but
/// as the input's integers stand for where earlier ones are kept as these.
mlir::FailureOr<Chain> prepareSound(mlir::ModuleOp module,
                                    const Description &description,
                                    unsigned input,
                                    std::optional<InputScale> scale,
                                    mlir::Value *features = nullptr);

/// What follows "audio:".
std::string soundText(const Sound &sound);
/// "mel: {...}".
std::string stepText(const SoundStep &step);

} // namespace dlc::prepare

#endif
