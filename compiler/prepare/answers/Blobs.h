//===- Blobs.h - Cells of one class side by side ----------------*- C++ -*-===//

#ifndef DLC_COMPILER_PREPARE_ANSWERS_BLOBS_H
#define DLC_COMPILER_PREPARE_ANSWERS_BLOBS_H

#include "compiler/prepare/answers/Candidates.h"

namespace dlc::prepare {

/// FOMO's shares of cells, [1, rows, columns, 1 + classes] with the background
/// first, as Edge Impulse reads them. The best `candidates` cells that reach
/// the score, row by row, each join the first box of their class that they
/// touch, or are a box; a box that then touches an earlier one is none.
mlir::FailureOr<Candidates> findBlobs(Compute c, mlir::Value shares,
                                      const Detect &detect, Size image);

} // namespace dlc::prepare

#endif
