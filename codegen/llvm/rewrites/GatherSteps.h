//===- GatherSteps.h - Gathers whose step LLVM gets wrong -------*- C++ -*-===//

#ifndef DLC_CODEGEN_LLVM_GATHERSTEPS_H
#define DLC_CODEGEN_LLVM_GATHERSTEPS_H

namespace llvm {
class Module;
} // namespace llvm

namespace dlc::llvmgen {

/// Keeps LLVM's code generator from letting gathers and scatters of MVE step
/// their own addresses: it takes steps of 512 bytes, which their encoding has
/// no room for. After LLVM's optimisations; does nothing for other machines.
void hideGatherSteps(llvm::Module &module);

} // namespace dlc::llvmgen

#endif // DLC_CODEGEN_LLVM_GATHERSTEPS_H
