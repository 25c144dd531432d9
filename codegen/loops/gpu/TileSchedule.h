//===- TileSchedule.h - A sum of products in tiles of a GPU -----*- C++ -*-===//
//
// A block of threads computes a tile: rows of one operand times columns of the
// other. Both operands' parts of a few steps of the sum lie in shared memory,
// where each is read by many threads; a thread has a small tile in registers.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_LOOPS_GPUTILESCHEDULE_H
#define DLC_CODEGEN_LOOPS_GPUTILESCHEDULE_H

#include "codegen/loops/gpu/PanelWeights.h"
#include "codegen/loops/gpu/ThreadCode.h"

namespace dlc::loops {

/// How a block is cut.
struct GpuTile {
  int64_t rows, columns, steps;      // of a block
  int64_t threadRows, threadColumns; // of a thread

  /// Rows of a thread as shared memory has them: in whole runs of 4. Of 7 rows,
  /// which cut maps of 7 x 7 and of 14 x 14 without a rest, one is read for
  /// nothing.
  int64_t threadSlots() const { return (threadRows + 3) / 4 * 4; }
  int64_t slots() const { return rows / threadRows * threadSlots(); }
  bool isPadded() const { return threadSlots() != threadRows; }
  int64_t threads() const {
    return rows / threadRows * (columns / threadColumns);
  }
};

/// How the threads of a block load an operand's part.
enum class OperandLoad {
  Panel,      // packed: a run along the rows
  AlongRows,  // a run along the rows
  AlongSteps, // a run along the steps
  Window,     // a line of an image, of which each step of a part reads a piece
  Single      // an element at a time
};

struct GpuOperand {
  unsigned input = 0;               // of the root
  llvm::SmallVector<unsigned> rows; // dimensions of the nest
  OperandLoad load = OperandLoad::Single;
  /// Elements side by side that a thread loads at once, and that it has of the
  /// tile: 4, or 8 halves.
  int64_t run = 4;
  /// Of a window: elements of the line from one row's to the next one's.
  int64_t apart = 0;
  std::shared_ptr<const PanelWeights> panels; // of a packed one

  /// Of a window: elements of the line that so many rows read in all steps.
  int64_t lineElements(int64_t rowCount, int64_t steps) const {
    return (rowCount - 1) * apart + steps;
  }
};

struct GpuTileSchedule {
  GpuTile tile;
  GpuOperand left, right; // rows and columns of the result
  llvm::SmallVector<unsigned> groups, steps;
  int64_t rowCount = 1, columnCount = 1, groupCount = 1;
  int64_t depth = 1, paddedDepth = 1;
  /// The column dimension along which all that the epilogue reads and writes
  /// lies side by side, in whole runs; -1: an element at a time.
  int runDim = -1;
  /// Of bytes, which are computed with as float32: so many products add up to
  /// exact numbers. 0: the operands are float32.
  int64_t exactSteps = 0;
  /// Of bytes: four steps lie in a word, and an instruction adds the products
  /// of two words. The tile's steps are words.
  bool hasWords = false;
  /// Of halves: two sums side by side are one register, and an instruction adds
  /// two products.
  bool hasPairs = false;
  /// Of halves that are computed with as float32.
  bool widens = false;
  /// Pairs whose whole sums are float32: so many steps are added up in halves
  /// before they go there. 0: all are.
  int64_t pairSteps = 0;

  /// Steps of the sum in a part of the tile.
  int64_t partSteps() const { return tile.steps * (hasWords ? 4 : 1); }
  /// Sums of a thread in a register.
  int64_t sumsTogether() const { return hasPairs ? 2 : 1; }
  /// Steps after which sums go to whole ones; 0: there are no whole ones.
  int64_t stepsUntilFull() const {
    return hasPairs ? pairSteps : hasWords ? 0 : exactSteps;
  }
  LaunchCost cost;
};

/// The cheapest tiles; none where the nest is no sum of products of float32, of
/// halves, or of bytes in 32 bits, or too small a one to share operands.
std::optional<GpuTileSchedule> scheduleGpuTiles(const Problem &problem);

} // namespace dlc::loops

#endif
