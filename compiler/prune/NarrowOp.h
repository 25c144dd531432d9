//===- NarrowOp.h - An op on fewer channels ---------------------*- C++ -*-===//

#ifndef DLC_COMPILER_PRUNE_NARROWOP_H
#define DLC_COMPILER_PRUNE_NARROWOP_H

#include "compiler/prune/ChannelFlow.h"

namespace dlc::prune {

/// Channel numbers in rising order.
using Channels = llvm::SmallVector<int64_t>;

/// Elements of a constant with these positions along `dim`.
mlir::ElementsAttr takeChannels(mlir::ElementsAttr constant, int64_t dim,
                                llvm::ArrayRef<int64_t> channels);

/// A copy of `op` for the result channels `results`, behind the builder's
/// insertion point. `operands` are those of `op`, where `flow` links them with
/// the channels `kept` of each alone; constants are taken from `op` and cut.
/// The channels have to belong together as the flow says.
mlir::Operation *narrowOp(mlir::OpBuilder &builder, mlir::Operation *op,
                          const ChannelFlow &flow,
                          llvm::ArrayRef<mlir::Value> operands,
                          llvm::ArrayRef<Channels> kept,
                          llvm::ArrayRef<int64_t> results);

/// Dimension of an op's constant operand that is cut with the result's
/// channels; -1 when the same elements meet all channels.
int64_t channelDimOfConstant(mlir::Operation *op, const ChannelFlow &flow,
                             unsigned operand);

/// Whether channels are put side by side.
bool isConcatOfChannels(mlir::Operation *op, const ChannelFlow &flow);

/// The first result channel that each operand meets.
llvm::SmallVector<int64_t> operandBegins(mlir::Operation *op,
                                         const ChannelFlow &flow);

} // namespace dlc::prune

#endif
