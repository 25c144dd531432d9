//===- PatchWindow.h - What a part of a tensor is computed from -*- C++ -*-===//
//
// Arithmetic of windows, and ops on parts of their tensors.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_COMPILER_FUSE_PATCHWINDOW_H
#define DLC_COMPILER_FUSE_PATCHWINDOW_H

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"
#include <optional>

namespace dlc::fuse {

/// Elements `begin` to `begin + size - 1` of a dimension.
struct Interval {
  int64_t begin = 0, size = 0;

  int64_t end() const { return begin + size; }
  bool operator==(const Interval &other) const {
    return begin == other.begin && size == other.size;
  }
};

/// A part of a tensor: one interval for each dimension.
using Box = llvm::SmallVector<Interval, 4>;

Box wholeBox(mlir::Value value);
/// The smallest box around both.
Box hull(const Box &a, const Box &b);
int64_t elementsOf(const Box &box);

/// Windows along one dimension: of `kernel` elements, `dilation` apart, every
/// `stride` elements from `pad` before the first of `size` elements on.
struct WindowDim {
  int64_t kernel, stride, dilation, pad, size;
};

/// What windows read of a dimension, and how much padding lies before and
/// behind it.
struct WindowRead {
  Interval input;
  int64_t padBegin, padEnd;
};

/// What the windows of `output` read, padding only where they reach beyond a
/// true border; nullopt when they read nothing but padding.
std::optional<WindowRead> readOfWindows(Interval output, const WindowDim &dim);

/// The part of each operand that `op` needs for `part` of its result; nullopt
/// when the op computes a part from anything but parts, or needs only a part
/// of a constant.
std::optional<llvm::SmallVector<Box>> operandBoxes(mlir::Operation *op,
                                                   const Box &part);

/// `op` on the operands operandBoxes() asked for: `part` of its result.
mlir::Value cloneOnPart(mlir::OpBuilder &builder, mlir::Operation *op,
                        const Box &part, mlir::ValueRange operands);

/// Multiply-accumulates of `op`; of one that has none its other operations, and
/// at least one for each element that it writes.
int64_t workOf(mlir::Operation *op);

} // namespace dlc::fuse

#endif
