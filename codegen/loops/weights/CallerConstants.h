//===- CallerConstants.h - What callers give a stage ------------*- C++ -*-===//

#ifndef DLC_CODEGEN_LOOPS_CALLERCONSTANTS_H
#define DLC_CODEGEN_LOOPS_CALLERCONSTANTS_H

#include "codegen/loops/nest/ModuleIndex.h"
#include "codegen/loops/weights/WeightEncoding.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace dlc::loops {

/// The constants that callers give for an argument of the stage, in the
/// callers' order; none if one of them gives something else.
llvm::SmallVector<mlir::ElementsAttr>
constantsAtCallers(ModuleIndex &module, mlir::func::FuncOp stage,
                   mlir::BlockArgument argument);

/// Whether each caller gives a constant for the argument of which `holds` is
/// true; false without an argument or a caller.
bool holdsAtCallers(ModuleIndex &module, mlir::func::FuncOp stage,
                    mlir::BlockArgument argument,
                    llvm::function_ref<bool(mlir::ElementsAttr)> holds);

/// How many bytes the constants of all callers grow by with an encoding of an
/// argument, into which others go beside it; `types`: the stage's, by argument,
/// before any was encoded.
int64_t bytesAdded(ModuleIndex &module, mlir::func::FuncOp stage,
                   mlir::TypeRange types, const WeightEncoding &encoding,
                   unsigned argument, llvm::ArrayRef<unsigned> beside);

/// Whether every caller's memory for an argument begins at a multiple of so
/// many bytes: it is in the arena. What the user of a network gives may begin
/// anywhere.
bool isAlignedAtCallers(ModuleIndex &module, mlir::func::FuncOp stage,
                        mlir::BlockArgument argument, int64_t bytes);

} // namespace dlc::loops

#endif
