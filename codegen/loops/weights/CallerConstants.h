//===- CallerConstants.h - What callers give a stage ------------*- C++ -*-===//

#ifndef DLC_CODEGEN_LOOPS_CALLERCONSTANTS_H
#define DLC_CODEGEN_LOOPS_CALLERCONSTANTS_H

#include "codegen/loops/nest/ModuleIndex.h"
#include "mlir/IR/BuiltinAttributes.h"

namespace dlc::loops {

/// The constants that callers give for an argument of the stage, in the
/// callers' order; none if one of them gives something else.
llvm::SmallVector<mlir::ElementsAttr>
constantsAtCallers(ModuleIndex &module, mlir::func::FuncOp stage,
                   mlir::BlockArgument argument);

/// How many different constants they are, of an argument by its number before
/// any was encoded.
int64_t countConstants(ModuleIndex &module, mlir::func::FuncOp stage,
                       unsigned argument);

/// Whether every caller's memory for an argument begins at a multiple of so
/// many bytes: it is in the arena. What the user of a network gives may begin
/// anywhere.
bool isAlignedAtCallers(ModuleIndex &module, mlir::func::FuncOp stage,
                        mlir::BlockArgument argument, int64_t bytes);

} // namespace dlc::loops

#endif
