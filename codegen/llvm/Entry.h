//===- Entry.h - What an object shows to the outside ----------------------===//

#ifndef DLC_CODEGEN_LLVM_ENTRY_H
#define DLC_CODEGEN_LLVM_ENTRY_H

#include "codegen/llvm/Emit.h"

#include "llvm/IR/IRBuilder.h"

namespace dlc::llvmgen {

/// Adds <name>_run around `main`, <name>_reset where there is state,
/// <name>_begin and <name>_line where a frame comes in lines, and the
/// description <name>_model (struct dlc_model of runtime/include/dlc/dlc.h),
/// profile calls if they are asked for, and line information.
void addEntry(llvm::Module &module, const header::Network &network,
              const EmitOptions &options);

/// The description alone; `reset` is null where there is no state.
llvm::GlobalVariable *addModel(llvm::Module &module,
                               const header::Network &network,
                               llvm::Function *run, llvm::Function *reset);

/// In a run: memory with the length that entry `number` of `table` (const
/// size_t *) gives, an i32. The run ends with an error where the network is
/// not for it.
llvm::Value *takeLength(const header::Length &length, unsigned number,
                        llvm::Value *table, llvm::IRBuilder<> &b);

/// A weak function that does nothing: the program may define its own.
llvm::Function *addHook(llvm::Module &module, llvm::StringRef name);

/// Adds <name>_open, <name>_run and <name>_close, which call the runtime with
/// the table that dlc-tabulate-launches has put on `source`, and
/// <name>_model.
void addDeviceEntry(mlir::ModuleOp source, llvm::Module &module,
                    const header::Network &network, unsigned capability,
                    const EmitOptions &options);

/// Line information: every instruction of a stage is on the stage's line of
/// the listing.
void addStageLines(llvm::Module &module, const header::Network &network,
                   llvm::StringRef listing);

/// Defines functions that have their code with them (dlc.code), with constants
/// in sections under the network's name.
llvm::Error linkPixels(mlir::ModuleOp mlirModule, llvm::Module &module,
                       llvm::StringRef network);

} // namespace dlc::llvmgen

#endif // DLC_CODEGEN_LLVM_ENTRY_H
