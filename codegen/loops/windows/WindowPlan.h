//===- WindowPlan.h - Sums of bytes on windows that stay bytes --*- C++ -*-===//
//
// Where an instruction takes bytes (VMLADAVA) nothing is widened or gathered:
// the rows that the windows of a strip of positions read are copied once, with
// their padding, and kernel.windows reads each window where it lies.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_LOOPS_WINDOWPLAN_H
#define DLC_CODEGEN_LOOPS_WINDOWPLAN_H

#include "codegen/loops/integer/IntegerStage.h"
#include "codegen/loops/windows/WindowColumns.h"

namespace dlc::loops {

struct WindowPlan : StageSums {
  // Dimensions of the nest.
  llvm::SmallVector<unsigned> outer; // loops around the strips
  int along = -1;                    // positions of a strip; -1: there is one
  int64_t positions = 1;             // of all strips
  int64_t step = 0;                  // bytes from a window to the next
  Run rows, row; // `row`: bytes side by side; `rows`: how many of them

  /// Rows of a window are so short that each window is copied once more, one
  /// row behind the other: the kernel reads it as one row.
  bool gathered = false;

  bool inParts = false; // the epilogue goes on behind the clamp

  IntegerTile tile;
  WindowShape shape; // as the kernel reads it
  int64_t strip = 1; // positions
  /// Of rescaling in the kernel (findFactors).
  std::optional<int64_t> shift;
  double instructionsInAll = 0;

  /// Bytes that the windows of so many positions read of a row.
  int64_t rowBytes(int64_t count) const;
  /// Bytes from a row to the next in scratch memory, and all of them.
  int64_t pitch() const;
  int64_t rowsBytes() const;
  /// The same for windows that are gathered; 0 where they are not.
  int64_t gatheredBytes() const;
  /// Bytes from a window to the next for the kernel.
  int64_t windowStep() const { return gathered ? rows.size * row.size : step; }
  /// Elements of scratch memory for sums that the kernel does not rescale, and
  /// for bytes to which the rest of the epilogue is done.
  int64_t sumElements() const { return shift ? 0 : strip * sums.features; }
  int64_t partElements() const { return inParts ? strip * sums.features : 0; }
};

/// Whether kernel.copy takes pieces of so many bytes.
bool areWordPieces(int64_t bytes);

/// How to compute `nest`, a sum of products of `stage`; nullopt where it is
/// none of bytes along which windows lie side by side. With `panels` the nest
/// is that of the first of so many panels of features, all of which are
/// computed so.
std::optional<WindowPlan> planWindows(Nest &nest,
                                      const Contraction &contraction,
                                      mlir::func::FuncOp stage,
                                      const Machine &machine,
                                      int64_t panels = 1);

} // namespace dlc::loops

#endif
