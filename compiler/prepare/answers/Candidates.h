//===- Candidates.h - The best boxes of a detector's output -----*- C++ -*-===//

#ifndef DLC_COMPILER_PREPARE_ANSWERS_CANDIDATES_H
#define DLC_COMPILER_PREPARE_ANSWERS_CANDIDATES_H

#include "compiler/prepare/Description.h"
#include "compiler/prepare/answers/Compute.h"

namespace dlc::prepare {

/// Boxes in columns, the best first, in pixels of the network's image.
struct Candidates {
  /// [4 + points, n] of f32: left, top, right, bottom; then x and y of each key
  /// point, then a number for each that has one.
  mlir::Value corners;
  mlir::Value scores;  ///< [1, n] of f32; -1: below the threshold
  mlir::Value classes; ///< [1, n] of f32
  KeyPoints points = {};
};

/// Scores are compared before their sigmoid, and boxes are decoded of those
/// alone that are candidates. Outputs that are not of the head's shapes, or do
/// not fit the network's `image`, are an error.
mlir::FailureOr<Candidates> findCandidates(Compute c, mlir::ValueRange outputs,
                                           const Detect &detect, Size image);

} // namespace dlc::prepare

#endif
