//===- JitModule.h - Expanded MLIR text as functions to call --------------===//

#ifndef DLC_TEST_UNIT_CODEGEN_MATH_JITMODULE_H
#define DLC_TEST_UNIT_CODEGEN_MATH_JITMODULE_H

#include "llvm/ExecutionEngine/Orc/LLJIT.h"

#include <memory>
#include <string>

namespace dlc::test {

/// Runs dlc-expand-math on `text`, compiles the result for `cpu` (one that this
/// machine can run) and holds the code.
class JitModule {
public:
  JitModule(const std::string &text, const std::string &cpu);

  template <typename Function> Function *lookup(const std::string &name) {
    return reinterpret_cast<Function *>(address(name));
  }

private:
  void *address(const std::string &name);

  std::unique_ptr<llvm::orc::LLJIT> jit;
};

} // namespace dlc::test

#endif
