//===- DeadLoads.h - Loads of what nobody reads -----------------*- C++ -*-===//

#ifndef DLC_CODEGEN_MACHINE_DEADLOADS_H
#define DLC_CODEGEN_MACHINE_DEADLOADS_H

namespace llvm {
class TargetPassConfig;
} // namespace llvm

namespace dlc::machine {

/// Removes instructions of AArch64 whose results nobody reads, before its load
/// and store optimiser, which makes of two such loads one with the same
/// register twice.
void insertDeadLoads(llvm::TargetPassConfig &passes);

} // namespace dlc::machine

#endif // DLC_CODEGEN_MACHINE_DEADLOADS_H
