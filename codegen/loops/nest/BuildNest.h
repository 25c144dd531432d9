//===- BuildNest.h - Nests out of linalg.generic ----------------*- C++ -*-===//

#ifndef DLC_CODEGEN_LOOPS_BUILDNEST_H
#define DLC_CODEGEN_LOOPS_BUILDNEST_H

#include "codegen/loops/nest/Nest.h"

namespace dlc::loops {

/// Where the tensors of a stage are.
struct TensorBuffers {
  /// Of a tensor that is read; says why there is none.
  llvm::function_ref<mlir::FailureOr<Buffer>(mlir::Value)> source;
  /// Where a result is wanted.
  llvm::function_ref<Buffer(mlir::Value)> destination;
};

/// The nest of `root` and `epilogue`, which may be null; not coalesced. An
/// access that is not linear in the loops is an error at the generic.
mlir::FailureOr<Nest> buildNest(mlir::linalg::GenericOp root,
                                mlir::linalg::GenericOp epilogue,
                                const TensorBuffers &buffers);

/// The value every element of a tensor has (a fill or a splat), or null.
mlir::TypedAttr splatOf(mlir::Value tensor);

} // namespace dlc::loops

#endif
