//===- AbsorbConstants.h - Constant channels into what is added -*- C++ -*-===//

#ifndef DLC_COMPILER_PRUNE_ABSORBCONSTANTS_H
#define DLC_COMPILER_PRUNE_ABSORBCONSTANTS_H

#include "compiler/prune/ChannelAnalysis.h"
#include "compiler/prune/NarrowOp.h"

namespace dlc::prune {

/// What the channels of operand 0 that are left out add to the result of a
/// linear op, whose bias it takes in.
struct AbsorbedConstants {
  /// One for each result channel, or null: the op's own bias serves.
  mlir::ElementsAttr bias;
  /// In place of a bias, of the result's shape, if positions differ.
  mlir::ElementsAttr map;
};

/// Fails if reference evaluation cannot compute it.
mlir::FailureOr<AbsorbedConstants>
absorbConstants(mlir::Operation *linear, const ChannelFlow &flow,
                const ChannelAnalysis &analysis, llvm::ArrayRef<int64_t> kept,
                llvm::ArrayRef<int64_t> results);

} // namespace dlc::prune

#endif
