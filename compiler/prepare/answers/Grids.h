//===- Grids.h - Cells with anchors, as YOLOv2 to v4 have them --*- C++ -*-===//

#ifndef DLC_COMPILER_PREPARE_ANSWERS_GRIDS_H
#define DLC_COMPILER_PREPARE_ANSWERS_GRIDS_H

#include "compiler/prepare/Description.h"
#include "compiler/prepare/answers/Compute.h"

namespace dlc::prepare {

/// Cells of an image in rows and columns, `anchors` boxes in each.
struct Grid {
  int64_t rows = 0, columns = 0, stride = 0;
  int64_t anchors = 0, classes = 0;
  bool channelsLast = false;

  int64_t cells() const { return rows * columns; }
};

/// What an output of this shape is: [1, anchors * (5 + classes), rows,
/// columns], or [1, rows, columns, anchors * (5 + classes)], or the latter as
/// [.., anchors, 5 + classes]; which one, its cells of the image say (of both,
/// the first). None: it is no grid of the image's.
std::optional<Grid> gridOf(llvm::ArrayRef<int64_t> shape, int64_t anchors,
                           Size image);

/// What outputs say of their boxes, in columns: output by output, anchor by
/// anchor, cell by cell.
struct GridBoxes {
  mlir::Value boxes;   ///< [4, n] of f32: centre and size, as they are stored
  mlir::Value scores;  ///< [1, n] of f32: of the best class
  mlir::Value classes; ///< [1, n] of i64
};
/// Of outputs that countClasses() has accepted.
GridBoxes readGrids(Compute c, mlir::ValueRange outputs, const Detect &detect,
                    Size image);

/// Corners, [4, n] in pixels of the image, of those of readGrids' boxes that
/// are in these places, as Darknet has them: the sigmoid of a centre from the
/// cell's corner, and what anchors are to be multiplied by as logarithms.
/// Anchors are in pixels (YOLOv2: cells).
mlir::Value cornersInGrids(Compute c, mlir::Value boxes, mlir::Value places,
                           mlir::TypeRange outputs, const Detect &detect,
                           Size image);

/// What `make` makes of each number, [1, n] of i32, in the range that it is in;
/// ranges of these sizes follow each other.
mlir::Value inRanges(
    Compute c, mlir::Value number, llvm::ArrayRef<int64_t> sizes,
    llvm::function_ref<mlir::Value(unsigned range, mlir::Value local)> make);

/// Column and row, [2, n] of f32, of cells that are numbered row by row.
mlir::Value cellCorner(Compute c, mlir::Value cell, int64_t columns);

} // namespace dlc::prepare

#endif
