//===- AttentionGroup.h - Which operators are an attention ------*- C++ -*-===//

#ifndef DLC_COMPILER_FUSE_ATTENTIONGROUP_H
#define DLC_COMPILER_FUSE_ATTENTIONGROUP_H

#include "dialects/nn/NnOps.h"
#include "llvm/ADT/SetVector.h"

namespace dlc::fuse {

/// softmax(scores) * values of float32 or halves, where scores are a product
/// with elementwise ops behind it (a scale, masks), and nobody else reads what
/// lies between; the transposes of their operands, where neighbours in memory
/// stay neighbours in one of the last two dimensions, and that of their result;
/// what rounds an operand to halves or extends it.
/// Empty where the softmax is none of an attention.
llvm::SetVector<mlir::Operation *> attentionAround(nn::SoftmaxOp softmax);

} // namespace dlc::fuse

#endif
