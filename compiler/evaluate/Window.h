//===- Window.h - Positions of a sliding window ---------------------------===//

#ifndef DLC_COMPILER_EVALUATE_WINDOW_H
#define DLC_COMPILER_EVALUATE_WINDOW_H

#include "compiler/evaluate/Rows.h"
#include "dialects/nn/NnOps.h"

namespace dlc::evaluate {

/// Strides of a spatial tensor's dimensions by what they mean.
struct SpatialStrides {
  int64_t batch, channel;
  llvm::SmallVector<int64_t> spatial;
  llvm::SmallVector<int64_t> extents; // of the spatial dimensions
  int64_t batches, channels;

  SpatialStrides(llvm::ArrayRef<int64_t> shape, nn::Layout layout) {
    llvm::SmallVector<int64_t> strides = rowMajorStrides(shape);
    size_t c = nn::channelDim(layout, shape.size());
    size_t first = nn::firstSpatialDim(layout), rank = shape.size() - 2;
    batch = strides[0];
    channel = strides[c];
    batches = shape[0];
    channels = shape[c];
    spatial.assign(strides.begin() + first, strides.begin() + first + rank);
    extents.assign(shape.begin() + first, shape.begin() + first + rank);
  }

  int64_t points() const {
    int64_t product = 1;
    for (int64_t extent : extents)
      product *= extent;
    return product;
  }
  /// Offset of a point given by its row-major number in the extents.
  int64_t offsetOf(int64_t point) const {
    int64_t offset = 0;
    for (size_t d = extents.size(); d-- > 0; point /= extents[d])
      offset += point % extents[d] * spatial[d];
    return offset;
  }
};

/// Some points of a window along one dimension.
struct Taps {
  int64_t begin, end;
};

/// A sliding window over the spatial dimensions.
struct Window {
  llvm::ArrayRef<int64_t> kernel, strides, pads, dilations;

  int64_t points() const {
    int64_t product = 1;
    for (int64_t extent : kernel)
      product *= extent;
    return product;
  }

  /// What is read along a dimension by a tap of the window at an output; may
  /// lie in the padding.
  int64_t coordinate(size_t d, int64_t output, int64_t tap) const {
    return output * strides[d] - pads[d] + tap * dilations[d];
  }
  /// The taps whose coordinates are in [low, high).
  Taps taps(size_t d, int64_t output, int64_t low, int64_t high) const {
    int64_t begin = coordinate(d, output, 0), step = dilations[d];
    auto reached = [&](int64_t where) {
      int64_t tap = where <= begin ? 0 : (where - begin - 1) / step + 1;
      return std::min(tap, kernel[d]);
    };
    return {reached(low), reached(high)};
  }

  /// Coordinate read by window point `tap` at output point `point` in each
  /// dimension; may lie in the padding.
  void coordinates(int64_t point, llvm::ArrayRef<int64_t> outputs, int64_t tap,
                   llvm::SmallVectorImpl<int64_t> &result) const {
    result.resize(kernel.size());
    for (size_t d = kernel.size(); d-- > 0;) {
      result[d] = point % outputs[d] * strides[d] - pads[d] +
                  tap % kernel[d] * dilations[d];
      point /= outputs[d];
      tap /= kernel[d];
    }
  }
};

/// Offset of coordinates in the input, -1 outside it.
inline int64_t offsetInside(const SpatialStrides &input,
                            llvm::ArrayRef<int64_t> coordinates) {
  int64_t offset = 0;
  for (size_t d = 0; d < coordinates.size(); ++d) {
    if (coordinates[d] < 0 || coordinates[d] >= input.extents[d])
      return -1;
    offset += coordinates[d] * input.spatial[d];
  }
  return offset;
}

} // namespace dlc::evaluate

#endif
