//===- Window.h - Attributes of sliding windows ---------------------------===//

#ifndef DLC_COMPILER_IMPORT_WINDOW_H
#define DLC_COMPILER_IMPORT_WINDOW_H

#include "compiler/import/Node.h"

namespace dlc::import {

/// What Conv, ConvTranspose and the pools share. One entry for each spatial
/// dimension; pads are begins, then ends.
struct Window {
  Ints kernel, strides, dilations, pads;
  /// NOTSET, VALID, SAME_UPPER or SAME_LOWER.
  std::string autoPad;

  int64_t rank() const { return kernel.size(); }
  /// Elements from the first to the last that a window reads.
  int64_t extent(int64_t dim) const {
    return (kernel[dim] - 1) * dilations[dim] + 1;
  }
};

/// Reads the attributes, checks their number and range, and turns auto_pad
/// into pads (SAME of a transposed convolution is left to its importer).
/// `input` is the data's shape, `kernel` the filter's spatial part; an empty
/// one asks for the kernel_shape attribute.
Window readWindow(Node &n, llvm::ArrayRef<int64_t> input,
                  llvm::ArrayRef<int64_t> kernel);

/// Fails unless the window fits into the padded `sizes`.
void checkWindowFits(Node &n, const Window &window,
                     llvm::ArrayRef<int64_t> sizes);

/// Sets pads so that every spatial dimension of `size` gives
/// ceil(size / stride) windows.
void padSame(Window &window, llvm::ArrayRef<int64_t> sizes);

} // namespace dlc::import

#endif
