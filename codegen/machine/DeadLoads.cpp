//===- DeadLoads.cpp - Loads of what nobody reads -------------------------===//
//
// Register allocation can leave reloads of spilled vectors that nothing reads:
//
//   ldr q11, [sp, #208]
//   ldr q11, [sp, #224]
//
// LLVM 22's AArch64LoadStoreOpt pairs them as `ldp q11, q11, [sp, #208]`, which
// the architecture does not define (constrained unpredictable).
//
//===----------------------------------------------------------------------===//

#include "codegen/machine/DeadLoads.h"

#include "llvm/CodeGen/Passes.h"
#include "llvm/CodeGen/TargetPassConfig.h"
#include "llvm/Target/TargetMachine.h"

void dlc::machine::insertDeadLoads(llvm::TargetPassConfig &passes) {
  if (passes.getTM<llvm::TargetMachine>().getTargetTriple().isAArch64())
    passes.insertPass(&llvm::ExpandPostRAPseudosID,
                      &llvm::DeadMachineInstructionElimID);
}
