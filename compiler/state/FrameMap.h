//===- FrameMap.h - Which frames an op computes frames from -----*- C++ -*-===//
//
// Frames are the positions along one dimension of a tensor, say time.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_COMPILER_STATE_FRAMEMAP_H
#define DLC_COMPILER_STATE_FRAMEMAP_H

#include "mlir/IR/Builders.h"
#include "mlir/IR/Value.h"
#include "llvm/ADT/SmallVector.h"

#include <optional>
#include <string>

namespace dlc::state {

/// Frame t of a result is computed from the frames `stride * t + offset` to
/// `stride * t + offset + extent - 1` of an operand.
struct FrameWindow {
  int64_t stride = 1, offset = 0, extent = 1;
};

struct FrameMap {
  int64_t axis = 0; ///< of the frames in the result
  /// For each operand; none where it has no frames.
  llvm::SmallVector<std::optional<FrameWindow>> windows;
  /// What the op takes for an operand's frames before the first; none if it
  /// never looks there.
  std::optional<double> before;
  /// The op only puts frames before the first (a pad): `before` are their
  /// elements, -offset their number.
  bool isPadding = false;
};

/// The dimension along which each operand has frames; nullopt: it has none.
using FrameAxes = llvm::ArrayRef<std::optional<int64_t>>;

/// How `op` computes frames. Nullopt, with the reason in words, where a frame
/// depends on all frames or on what cannot be known from frame to frame.
std::optional<FrameMap> mapFrames(mlir::Operation *op, FrameAxes axes,
                                  std::string &reason);

/// `op` on `frames` frames of its result, from operands that have exactly the
/// frames that their windows need. The op's own operands are long enough, or
/// there is no value and a reason.
mlir::Value buildFrames(mlir::OpBuilder &builder, mlir::Operation *op,
                        const FrameMap &map, FrameAxes axes, int64_t frames,
                        mlir::ValueRange operands, std::string &reason);

} // namespace dlc::state

#endif // DLC_COMPILER_STATE_FRAMEMAP_H
