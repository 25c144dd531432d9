//===- Box.h - Parts of tensors, and what windows read ----------*- C++ -*-===//

#ifndef DLC_DIALECTS_INTERFACES_BOX_H
#define DLC_DIALECTS_INTERFACES_BOX_H

#include "mlir/IR/Value.h"
#include "llvm/ADT/SmallVector.h"
#include <optional>

namespace dlc {

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

} // namespace dlc

#endif
