//===- TargetAttr.h - The target as an attribute of the module ------------===//
//
// Passes learn about the machine from the IR alone: the module carries
//
//   dlc.target = {vector_bits = 512 : i64, fpu = true, scalar_factor =
//   "vector",
//                 ...
//                 multiply_accumulate = [{instruction = "vfmadd231ps",
//                   left = "f32", right = "f32", accumulator = "f32",
//                   products = 1 : i64, lanes = 16 : i64, cycles = 5.0e-01}]}
//
// with an entry for each field of TargetInfo (TargetFields.cpp lists their
// names) and the multiply-accumulates that the processor has, and a
// dlti.dl_spec with the width of `index`. Entries that are left out (a test
// says only what it is about) have the defaults of TargetInfo.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_TARGETS_DESCRIPTION_TARGETATTR_H
#define DLC_TARGETS_DESCRIPTION_TARGETATTR_H

#include "targets/description/TargetDescription.h"

#include "mlir/IR/BuiltinOps.h"

namespace dlc::targets {

inline constexpr llvm::StringLiteral targetAttrName = "dlc.target";

mlir::DictionaryAttr makeTargetAttr(mlir::MLIRContext *context,
                                    const TargetDescription &target);

/// Puts dlc.target and dlti.dl_spec on the module. The DLTI dialect must be
/// loaded or registered.
void setTarget(mlir::ModuleOp module, const TargetDescription &target);

/// The target of the module around `op` (or of `op`, a module).
TargetInfo getTargetInfo(mlir::Operation *op);

/// Whether dlc.target holds known entries of the right kinds, else an error
/// that names the first other one.
llvm::LogicalResult
verifyTarget(mlir::Attribute attribute,
             llvm::function_ref<mlir::InFlightDiagnostic()> emitError);

} // namespace dlc::targets

#endif // DLC_TARGETS_DESCRIPTION_TARGETATTR_H
