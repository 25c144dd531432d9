//===- JitModule.h - Expanded MLIR text as functions to call --------------===//

#ifndef DLC_TEST_UNIT_CODEGEN_MATH_JITMODULE_H
#define DLC_TEST_UNIT_CODEGEN_MATH_JITMODULE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ExecutionEngine/Orc/LLJIT.h"

#include <memory>
#include <string>
#include <vector>

namespace dlc::test {

struct Machine {
  /// `target` lists entries of dlc.target; `cpu` is one that this machine can
  /// run.
  const char *name, *target, *cpu;
};

/// This machine, one without fused multiply-add, and one that has nothing.
std::vector<Machine> machines();

/// Runs dlc-expand-math, dlc-compare-as-integers, dlc-expand-products and
/// dlc-expand-quotients on functions of one operation, compiles the result for
/// the machine and holds the code.
class JitModule {
public:
  /// `code` is MLIR that computes %r from %a and %b, with T for the type and
  /// <1.0> for a constant. For
  /// each of `types` there is a function of its name, which takes three
  /// pointers: to %a, %b and %r.
  JitModule(const std::string &code, llvm::ArrayRef<const char *> types,
            const Machine &machine);

  template <typename Function> Function *lookup(const std::string &name) {
    return reinterpret_cast<Function *>(address(name));
  }

private:
  void compile(const std::string &text, const std::string &cpu);
  void *address(const std::string &name);

  std::unique_ptr<llvm::orc::LLJIT> jit;
};

} // namespace dlc::test

#endif
