//===- ResizeTables.h - Interpolation by tables -----------------*- C++ -*-===//
//
// What nn.resize has no form for: Resize with antialiasing, of a region of the
// input, and with coordinates that only TensorFlow knows.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_COMPILER_IMPORT_RESIZETABLES_H
#define DLC_COMPILER_IMPORT_RESIZETABLES_H

#include "compiler/import/Node.h"

namespace dlc::import {

/// How positions of the result map to coordinates of the input.
enum class ResizePlaces {
  ByCoordinate,     ///< nn::ResizeCoordinate
  CropAndResize,    ///< evenly over a region: tf_crop_and_resize
  HalfPixelNearest, ///< (x + 0.5) / scale: tf_half_pixel_for_nn
};

/// One dimension of the input and what becomes of it.
struct ResizedDimension {
  int64_t axis, size;
  double scale;
  /// The region, in units of the input's last position.
  double begin = 0, end = 1;
};

struct TableResize {
  nn::ResizeMode mode;
  ResizePlaces places;
  nn::ResizeCoordinate coordinate;
  nn::ResizeNearest nearest;
  double cubicCoefficient;
  bool antialias, excludeOutside;
  /// Of positions outside of the input, with CropAndResize.
  double extrapolation;
};

/// The input of `n`, each of `dimensions` interpolated in turn: an element of
/// the result is a sum of elements that a table names, with weights of another
/// table. Fails where the element type has no sums that are exact enough.
mlir::Value resizeByTables(Node &n, const TableResize &resize,
                           llvm::SmallVector<ResizedDimension> dimensions);

} // namespace dlc::import

#endif
