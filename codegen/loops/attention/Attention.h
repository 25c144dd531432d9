//===- Attention.h - Products around a softmax in one launch ----*- C++ -*-===//
//
// finish(softmax(mask(queries * keys)) * values) of float32 or halves on a GPU:
// a block
// of threads has some queries, goes over the keys in tiles, and keeps for each
// query the largest score so far, the sum of powers and the sums of values,
// which a larger score scales down.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_LOOPS_ATTENTION_H
#define DLC_CODEGEN_LOOPS_ATTENTION_H

#include "codegen/loops/nest/BuildNest.h"
#include "codegen/loops/strategy/Plan.h"

namespace dlc::loops {

/// The generics of an attention as they are lowered.
struct AttentionOps {
  mlir::linalg::GenericOp scores, mask; // `mask` may be null
  mlir::linalg::GenericOp largest, powers, sums, shares;
  mlir::linalg::GenericOp context, epilogue; // `epilogue` may be null
  /// Transpositions of operands that are read as they lie in memory.
  llvm::SmallVector<mlir::linalg::GenericOp> moved;

  mlir::linalg::GenericOp last() { return epilogue ? epilogue : context; }
  llvm::SmallVector<mlir::Operation *> all();
};

/// The attentions of a stage.
llvm::SmallVector<AttentionOps, 1> findAttentions(mlir::func::FuncOp stage);

/// An attention over buffers. Dimensions: groups, query, key, depth, value.
struct Attention {
  Nest nest; // sizes and root
  llvm::SmallVector<unsigned> groups;
  unsigned query = 0, key = 0, depth = 0, value = 0;
  Access queries, keys, values, output;
  /// Of the sums of products, before what is done to them.
  mlir::Type score, sum;
  /// All factors are halves.
  bool hasHalves = false;
  mlir::linalg::GenericOp mask, epilogue;
  /// What they read; nullopt stands for the sum.
  llvm::SmallVector<std::optional<Access>, 0> maskInputs, epilogueInputs;
};

/// None where an access is not linear, or padded.
std::optional<Attention> buildAttention(AttentionOps &ops,
                                        const TensorBuffers &buffers,
                                        ModuleIndex *module);

/// The launch; null where its shared memory or registers would not hold it, or
/// where there are so few queries that products are rows times matrices.
std::unique_ptr<Plan> planAttention(const Attention &attention,
                                    mlir::func::FuncOp stage,
                                    const Machine &machine);

} // namespace dlc::loops

#endif
