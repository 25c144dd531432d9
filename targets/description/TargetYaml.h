//===- TargetYaml.h - YAML to TargetDescription ---------------------------===//

#ifndef DLC_TARGETS_DESCRIPTION_TARGETYAML_H
#define DLC_TARGETS_DESCRIPTION_TARGETYAML_H

#include "targets/description/TargetDescription.h"

#include "llvm/ADT/STLFunctionalExtras.h"

namespace dlc::targets {

/// The target that `inherits` names.
using BaseLookup =
    llvm::function_ref<llvm::Expected<TargetDescription>(llvm::StringRef)>;

/// parseTarget() for whom knows where a base comes from.
llvm::Expected<TargetDescription> readTargetYaml(llvm::StringRef text,
                                                 llvm::StringRef fileName,
                                                 BaseLookup lookup);

} // namespace dlc::targets

#endif // DLC_TARGETS_DESCRIPTION_TARGETYAML_H
