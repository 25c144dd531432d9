//===- ReadPostprocess.h - What comes after a network -----------*- C++ -*-===//

#ifndef DLC_COMPILER_PREPARE_ANSWERS_READPOSTPROCESS_H
#define DLC_COMPILER_PREPARE_ANSWERS_READPOSTPROCESS_H

#include "compiler/prepare/Description.h"
#include "compiler/prepare/Yaml.h"

namespace dlc::prepare {

/// The value of "postprocess:"; false after an error. Files that it names are
/// beside the description.
bool readPostprocess(const YamlNode &node, Description &result);

} // namespace dlc::prepare

#endif
