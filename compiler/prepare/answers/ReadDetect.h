//===- ReadDetect.h - How boxes are found ------------------------*- C++
//-*-===//

#ifndef DLC_COMPILER_PREPARE_ANSWERS_READDETECT_H
#define DLC_COMPILER_PREPARE_ANSWERS_READDETECT_H

#include "compiler/prepare/Description.h"
#include "compiler/prepare/Yaml.h"

namespace dlc::prepare {

/// The value of "detect:"; false after an error.
bool readDetect(const YamlNode &node, Detect &detect);

} // namespace dlc::prepare

#endif
