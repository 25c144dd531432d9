//===- Notes.h - What the compiler did, told to the user --------*- C++ -*-===//
//
// Decisions that somebody who reads the memory report wants to know of: what
// was given up for a budget, and what was gained. They travel on the module, in
// the order in which they were taken.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_DIALECTS_NN_NOTES_H
#define DLC_DIALECTS_NN_NOTES_H

#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/SmallVector.h"

namespace dlc::nn {

/// Adds one sentence, without a full stop, that speaks of the user's layers.
void addNote(mlir::ModuleOp module, const llvm::Twine &note);

llvm::SmallVector<llvm::StringRef> notesOf(mlir::ModuleOp module);

} // namespace dlc::nn

#endif
