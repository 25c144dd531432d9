//===- CallConventions.h - What a call does to registers ------------------===//

#ifndef DLC_TEST_TOOLS_CALLCONVENTIONS_H
#define DLC_TEST_TOOLS_CALLCONVENTIONS_H

#include "llvm/TargetParser/Triple.h"

#include <string>
#include <vector>

namespace dlc::test {

/// Names of registers as LLVM has them.
struct CallConvention {
  std::vector<std::string> arguments; // what a call may read
  std::vector<std::string> clobbered; // what it need not keep
  std::vector<std::string> results;   // what the caller may read behind it
  std::string stackPointer;
};

/// That of C for the architecture; no stack pointer where it is not known.
CallConvention callConventionOf(const llvm::Triple &triple);

} // namespace dlc::test

#endif // DLC_TEST_TOOLS_CALLCONVENTIONS_H
