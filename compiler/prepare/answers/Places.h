//===- Places.h - Boxes said by where they are in the image -----*- C++ -*-===//

#ifndef DLC_COMPILER_PREPARE_ANSWERS_PLACES_H
#define DLC_COMPILER_PREPARE_ANSWERS_PLACES_H

#include "compiler/prepare/Description.h"
#include "compiler/prepare/answers/Compute.h"

namespace dlc::prepare {

/// Corners, [4, n] in pixels of an image, of what a network says of `n` boxes
/// that it has in fixed places. Where there are not as many in the image, an
/// error at the head's place.
///
/// YOLOX's [4, n]: centres from a cell's corner and logarithms of sizes, both
/// in the cell's stride; cells of 8, 16, 32 (and 64) pixels, row by row.
mlir::FailureOr<mlir::Value> cornersInCells(Compute c, mlir::Value boxes,
                                            const Detect &detect, Size image);
/// SSD's [4, n]: centre y and x from a prior's in its sizes, logarithms of
/// height and width, all scaled (TFLite_Detection_PostProcess).
mlir::FailureOr<mlir::Value> cornersOfPriors(Compute c, mlir::Value boxes,
                                             const Detect &detect, Size image);

/// BlazeFace's [4 + 2 * points, n], boxes of those that are in these places:
/// centre, size and key points, all in pixels from an anchor's middle. Corners
/// and key points.
mlir::FailureOr<mlir::Value> cornersOfFaces(Compute c, mlir::Value boxes,
                                            mlir::Value places, int64_t anchors,
                                            const Detect &detect, Size image);

/// Corners about centres, [2, n] each.
mlir::Value around(Compute c, mlir::Value centre, mlir::Value half);

} // namespace dlc::prepare

#endif
