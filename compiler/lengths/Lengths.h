//===- Lengths.h - One network for all lengths ------------------*- C++ -*-===//
//
// A dimension of a network's inputs may have another size in each call, up to a
// bound. The network is imported for every length, and what came out for the
// bound becomes one that computes the others as well: tensors have the shape of
// the bound, and what they have for a length is the first elements along each
// dimension. Ops whose results would depend on what lies behind get it replaced
// by what changes nothing.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_COMPILER_LENGTHS_LENGTHS_H
#define DLC_COMPILER_LENGTHS_LENGTHS_H

#include "compiler/lengths/Points.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

namespace dlc::lengths {

/// Imports a network for one size of each range, in their order; null after an
/// error.
using ImportAt = llvm::function_ref<mlir::OwningOpRef<mlir::ModuleOp>(
    llvm::ArrayRef<int64_t>)>;

/// The network for all `ranges`: @main has one more argument for each, marked
/// `nn.length` (dialects/nn/lengths/Declarations.h), behind its own. Null after
/// errors: a length for which there is no network, or one for which the
/// bound's cannot be used.
mlir::OwningOpRef<mlir::ModuleOp>
importForLengths(llvm::ArrayRef<LengthRange> ranges, ImportAt importAt);

} // namespace dlc::lengths

#endif // DLC_COMPILER_LENGTHS_LENGTHS_H
