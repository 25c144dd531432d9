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

/// A built-in target by its own name.
llvm::Expected<TargetDescription> readBuiltin(llvm::StringRef name);

/// Of data, or data and instructions; 0 where it is not known.
struct CacheSizes {
  int64_t l1 = 0, l2 = 0;
};

/// The caches of a processor as Linux lists them in a folder of
/// /sys/devices/system/cpu.
CacheSizes readCacheSizes(llvm::StringRef folder);

} // namespace dlc::targets

#endif // DLC_TARGETS_DESCRIPTION_TARGETYAML_H
