//===- ResizeTables.h - Named methods of resizing as tables -----*- C++ -*-===//
//
// The tables of nn.resample for each library's function, computed as the
// library computes them (docs/decisions/pixels.md has the sources).
//
//===----------------------------------------------------------------------===//

#ifndef DLC_COMPILER_PREPARE_RESIZETABLES_H
#define DLC_COMPILER_PREPARE_RESIZETABLES_H

#include "compiler/prepare/Description.h"
#include <variant>

namespace dlc::prepare {

/// One direction: result i is made of offsets[i], offsets[i] + 1 ..., each
/// times one of `taps` weights.
struct Axis {
  int64_t taps = 1;
  std::vector<int32_t> offsets, weights;
};

/// What nn.resample has as attributes.
struct ResizeTables {
  Axis rows, columns;
  int64_t columnShift = 0, productShift = 0, rowShift = 0, divisor = 1;
  bool narrow = false, tiesToEven = false;
};

/// The tables, or why there are none.
std::variant<ResizeTables, std::string> makeResizeTables(ResizeMethod method,
                                                         Size from, Size to);

} // namespace dlc::prepare

#endif
