//===- ChannelFlow.h - Which channels an op's channels come from *- C++ -*-===//
//
// Most ops of a vision network keep channels apart: channel 5 of the result is
// made of channel 5 of the operand. This says where they lie in the result and
// in the operands, so that the analyses and the rewrite need not know ops.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_COMPILER_PRUNE_CHANNELFLOW_H
#define DLC_COMPILER_PRUNE_CHANNELFLOW_H

#include "dialects/nn/NnOps.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace dlc::prune {

inline mlir::RankedTensorType tensorType(mlir::Value value) {
  return llvm::cast<mlir::RankedTensorType>(value.getType());
}

/// Result channel `resultBegin + i` is made of operand channel
/// `operandBegin + i / ratio`, for i from 0 to count - 1.
struct ChannelLink {
  unsigned operand = 0;
  int64_t dim = 0; // of the operand that its channels are counted along
  int64_t operandBegin = 0, resultBegin = 0;
  int64_t count = 0;
  int64_t ratio = 1;

  int64_t operandChannel(int64_t i) const { return operandBegin + i / ratio; }
};

enum class FlowKind {
  /// Nothing is said of channels: operands are needed as they are.
  Opaque,
  /// As the links say; what is not linked goes into every channel alike.
  Apart,
  /// A convolution in groups: as Apart for groups in place of channels. Links
  /// have channels that share a group.
  Grouped,
  /// Each result channel is a sum over the channels of operand 0, weighted by
  /// operand 1, a constant.
  Linear,
};

struct ChannelFlow {
  FlowKind kind = FlowKind::Opaque;
  /// Dimension of the result that its channels are counted along; -1: they are
  /// not kept apart.
  int64_t dim = -1;
  llvm::SmallVector<ChannelLink, 2> links; // in the order of operands
  /// Linear: dimension of operand 0 that is summed over if its channels are
  /// counted along that, else -1. Dimensions of the weights that count summed
  /// and result channels.
  int64_t summedDim = -1, weightsIn = -1, weightsOut = -1;
  /// Grouped: how many groups.
  int64_t groups = 1;
  /// An operand that varies has channels, but they cannot be told apart: what
  /// it meets in other operands has to stay.
  bool needsAll = false;

  const ChannelLink *linkOf(unsigned operand) const;
};

/// Dimension of a value that its channels are counted along, or -1.
using DimOf = llvm::function_ref<int64_t(mlir::Value)>;

/// The flow of an op whose operands have been looked at. The op has one result.
ChannelFlow channelFlow(mlir::Operation *op, DimOf dimOf);

/// For an element-wise op's operand: the dimension of the operand that is
/// aligned to dimension `dim` of the result; negative when there is none.
int64_t alignedDim(mlir::Value operand, mlir::Value result, int64_t dim);

} // namespace dlc::prune

#endif
