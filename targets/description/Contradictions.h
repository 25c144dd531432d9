//===- Contradictions.h - What a target's description cannot say ----------===//

#ifndef DLC_TARGETS_DESCRIPTION_CONTRADICTIONS_H
#define DLC_TARGETS_DESCRIPTION_CONTRADICTIONS_H

#include "targets/description/TargetDescription.h"

namespace dlc::targets {

/// A key that does not go with the others, and why in a sentence without a full
/// stop; both are empty where everything fits.
struct Contradiction {
  std::string key, reason;
};

/// Checks a description whose keys are allowed one by one, and completes it:
/// what needs a floating-point unit goes where there is none, the kernels are
/// those of the processor where load-multiple asks for some.
Contradiction findContradiction(TargetDescription &target);

} // namespace dlc::targets

#endif // DLC_TARGETS_DESCRIPTION_CONTRADICTIONS_H
