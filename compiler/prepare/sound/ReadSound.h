//===- ReadSound.h - YAML to Sound ------------------------------*- C++ -*-===//

#ifndef DLC_COMPILER_PREPARE_SOUND_READSOUND_H
#define DLC_COMPILER_PREPARE_SOUND_READSOUND_H

#include "compiler/prepare/Yaml.h"
#include "compiler/prepare/sound/Sound.h"

namespace dlc::prepare {

/// What follows "audio:", and the steps or the preset beside it; null where
/// there is none. False after an error.
bool readSound(const YamlNode &audio, const YamlNode *steps,
               const YamlNode *preset, Sound &sound);

} // namespace dlc::prepare

#endif
