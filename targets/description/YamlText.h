//===- YamlText.h - What LLVM's reader of YAML takes ------------*- C++ -*-===//

#ifndef DLC_TARGETS_DESCRIPTION_YAMLTEXT_H
#define DLC_TARGETS_DESCRIPTION_YAMLTEXT_H

#include "llvm/ADT/StringRef.h"
#include <string>

namespace dlc::targets {

/// Why a text is not to be given to LLVM's reader of YAML, which calls itself
/// for each level and is at a loss about bytes that are no text: "a byte 0x00,
/// which text does not have". Empty where it can be.
std::string refuseAsYaml(llvm::StringRef text);

} // namespace dlc::targets

#endif
