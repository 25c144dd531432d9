//===- BodyEmitter.h - The body of a linalg.generic on vectors ------------===//

#ifndef DLC_CODEGEN_LOOPS_BODYEMITTER_H
#define DLC_CODEGEN_LOOPS_BODYEMITTER_H

#include "codegen/loops/nest/Nest.h"
#include "codegen/loops/nest/WordRescale.h"
#include "mlir/IR/Builders.h"

namespace dlc::loops {

/// Tells LLVM to leave a loop as it is.
void forbidUnrolling(mlir::Operation *loop);

/// What a body may ask for beside its arguments.
struct BodyContext {
  /// The position along a dimension of the generic, as an index.
  llvm::function_ref<mlir::Value(unsigned)> position;
  /// The buffer behind a tensor.
  llvm::function_ref<Buffer(mlir::Value)> buffer;
  /// How vectors of words are rescaled; none: in 64 bits, as the body has it.
  HighWords highWords = HighWords::None;
  /// The dimension along which what is extracted is vectors, of so many lanes;
  /// -1: none.
  int extractedDim = -1;
  int64_t lanes = 1;
};

/// Clones `block` at the builder's insertion point for argument values that are
/// scalars or vectors of one length; operations that see a vector are cloned on
/// vectors, others stay scalar. Returns the yielded values.
llvm::SmallVector<mlir::Value> emitBody(mlir::OpBuilder &builder,
                                        mlir::Block &block,
                                        mlir::ValueRange arguments,
                                        const BodyContext &context);

/// The element of `buffer` at `indices`, or as many along its last dimension as
/// there are lanes.
mlir::Value loadElement(mlir::OpBuilder &builder, mlir::Location loc,
                        const Buffer &buffer, mlir::ValueRange indices,
                        int64_t lanes = 1);

/// `value` as a vector of `lanes` (lanes 1: the scalar itself).
mlir::Value broadcastTo(mlir::OpBuilder &builder, mlir::Location loc,
                        mlir::Value value, int64_t lanes);

/// What stands for a bias of such elements that accumulators have started with.
mlir::Value nothingToAdd(mlir::OpBuilder &builder, mlir::Location loc,
                         mlir::Type element);

/// An index constant.
mlir::Value constantIndex(mlir::OpBuilder &builder, mlir::Location loc,
                          int64_t value);

} // namespace dlc::loops

#endif
