//===- Interpolation.h - Which elements a resized one is made of -*- C++
//-*-===//

#ifndef DLC_CODEGEN_LOWER_INTERPOLATION_H
#define DLC_CODEGEN_LOWER_INTERPOLATION_H

#include "dialects/nn/NnOps.h"

namespace dlc::lower {

/// What each position of one resized dimension reads: for tap t, the element at
/// indices[t][position] times weights[t][position]. 1 tap for nearest, 2 for
/// linear, 4 for cubic.
struct Interpolation {
  llvm::SmallVector<llvm::SmallVector<int32_t>> indices;
  llvm::SmallVector<llvm::SmallVector<double>> weights;

  unsigned taps() const { return indices.size(); }

  /// Whether each position reads the same position of the input.
  bool isIdentity(int64_t inputSize) const;

  /// How often each input element is repeated, when that is all there is to do
  /// (nearest, upsampling by a whole factor); else 0.
  int64_t repeats(int64_t inputSize) const;
};

/// Dimension `dim` of `op`, after ONNX Resize.
Interpolation interpolate(nn::ResizeOp op, unsigned dim);

} // namespace dlc::lower

#endif
