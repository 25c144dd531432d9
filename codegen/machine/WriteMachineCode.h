//===- WriteMachineCode.h - LLVM's back end, watched ----------------------===//

#ifndef DLC_CODEGEN_MACHINE_WRITEMACHINECODE_H
#define DLC_CODEGEN_MACHINE_WRITEMACHINECODE_H

#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/Error.h"
#include "llvm/Target/TargetMachine.h"

namespace dlc::machine {

struct WriteOptions {
  llvm::CodeGenFileType type = llvm::CodeGenFileType::ObjectFile;
  /// LLVM's machine verifier after each of its passes, not at the end alone.
  /// It ends the process when it finds something.
  bool verifiesEach = false;
  /// LLVM's load/store optimiser for Arm as it is, fault and all: for tests of
  /// what finds the fault.
  bool keepsLoadStoreFault = false;
};

/// Runs LLVM's code generator over a module. An error, after which what `os`
/// has is of no use, names the functions for which LLVM made code that its
/// machine verifier rejects, or that does something else (LoadStoreGuard).
llvm::Error writeMachineCode(llvm::Module &module, llvm::TargetMachine &machine,
                             const llvm::TargetLibraryInfoImpl &library,
                             llvm::raw_pwrite_stream &os,
                             const WriteOptions &options = {});

} // namespace dlc::machine

#endif // DLC_CODEGEN_MACHINE_WRITEMACHINECODE_H
