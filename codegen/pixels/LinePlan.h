//===- LinePlan.h - An image from lines that are pushed ---------*- C++ -*-===//
//
// Where no frame exists, rows of the image are made as soon as the last line
// that they read is there. A plan says which rows of what are kept until then.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_PIXELS_LINEPLAN_H
#define DLC_CODEGEN_PIXELS_LINEPLAN_H

#include "codegen/pixels/Pipeline.h"

#include <optional>

namespace dlc::pixels {

struct LinePlan {
  /// Makes of each line the row that is kept; none: lines are kept as they are.
  std::optional<Pipeline> ofLine;
  /// Makes a row of the image of the rows that are kept.
  Pipeline ofRow;
  int64_t lines = 0;     ///< of a frame
  int64_t lineBytes = 0; ///< of one
  /// The line that the first row comes from which may be kept: rows are
  /// numbered from there.
  int64_t firstLine = 0;
  /// The lines, of the frame, that the rows of the image read; neither grows
  /// smaller from row to row. A row that reads none waits for its neighbours'.
  std::vector<int64_t> begin, last;
  int64_t keptRows = 0;  ///< that are kept at once
  int64_t keptBytes = 0; ///< of one
};

/// The plan that keeps the fewest bytes. The frame of `pipeline` has the rows
/// of its height: there are no planes behind each other.
LinePlan planLines(const Pipeline &pipeline);

} // namespace dlc::pixels

#endif
