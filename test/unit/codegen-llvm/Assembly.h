//===- Assembly.h - What LLVM makes of a module for MVE --------*- C++ -*-===//

#ifndef DLC_TEST_UNIT_CODEGEN_LLVM_ASSEMBLY_H
#define DLC_TEST_UNIT_CODEGEN_LLVM_ASSEMBLY_H

#include <string>

namespace llvm {
class Module;
} // namespace llvm

namespace dlc::test {

/// Has to come before assemblyOf().
void initializeTargets();

/// LLVM's code for the module, whose triple is Arm's, on a Cortex-M55.
std::string assemblyOf(llvm::Module &module);

} // namespace dlc::test

#endif // DLC_TEST_UNIT_CODEGEN_LLVM_ASSEMBLY_H
