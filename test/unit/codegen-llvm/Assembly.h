//===- Assembly.h - What LLVM makes of a module for MVE --------*- C++ -*-===//

#ifndef DLC_TEST_UNIT_CODEGEN_LLVM_ASSEMBLY_H
#define DLC_TEST_UNIT_CODEGEN_LLVM_ASSEMBLY_H

#include <memory>
#include <string>

namespace llvm {
class Module;
class TargetMachine;
} // namespace llvm

namespace dlc::test {

/// Has to come before assemblyOf().
void initializeTargets();

/// A Cortex-M55, or another processor with this triple.
std::unique_ptr<llvm::TargetMachine> machineFor(const llvm::Module &module,
                                                const char *cpu = "cortex-m55");

/// LLVM's code for the module, whose triple is Arm's.
std::string assemblyOf(llvm::Module &module, const char *cpu = "cortex-m55");

} // namespace dlc::test

#endif // DLC_TEST_UNIT_CODEGEN_LLVM_ASSEMBLY_H
