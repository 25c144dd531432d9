//===- ConstantPart.h - An op on the channels that are constant -*- C++ -*-===//
//
// What an op makes of constant channels is computed by the reference
// evaluation, on an op of those channels alone.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_COMPILER_PRUNE_CONSTANTPART_H
#define DLC_COMPILER_PRUNE_CONSTANTPART_H

#include "compiler/prune/ChannelAnalysis.h"

namespace dlc::prune {

/// Whether channel `channel` of the result is made of nothing but constants.
/// `flow` is one that keeps channels or groups of them apart.
bool dependsOnConstants(mlir::Operation *op, const ChannelFlow &flow,
                        const ChannelAnalysis &analysis, int64_t channel);

/// The values at all positions of such channels, in the order given. Fails for
/// what reference evaluation does not know.
mlir::FailureOr<std::vector<std::vector<double>>>
constantPart(mlir::Operation *op, const ChannelFlow &flow,
             const ChannelAnalysis &analysis, llvm::ArrayRef<int64_t> channels);

/// What a linear op makes of those constant channels of operand 0 alone, and of
/// its bias: a tensor of the result's shape but for its channels, `results`.
mlir::FailureOr<mlir::ElementsAttr>
constantSum(mlir::Operation *op, const ChannelFlow &flow,
            const ChannelAnalysis &analysis, llvm::ArrayRef<int64_t> summed,
            llvm::ArrayRef<int64_t> results);

} // namespace dlc::prune

#endif
