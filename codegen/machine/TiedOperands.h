//===- TiedOperands.h - Undefined operands that are results -----*- C++ -*-===//

#ifndef DLC_CODEGEN_MACHINE_TIEDOPERANDS_H
#define DLC_CODEGEN_MACHINE_TIEDOPERANDS_H

namespace llvm {
class TargetPassConfig;
} // namespace llvm

namespace dlc::machine {

/// Adds a pass that gives undefined operands which are tied to a result that
/// result's register, after LLVM's coalescer, which can leave a part of it.
void insertTiedOperands(llvm::TargetPassConfig &passes);

} // namespace dlc::machine

#endif // DLC_CODEGEN_MACHINE_TIEDOPERANDS_H
