//===- TileSchedule.h - How a nest is cut into tiles ------------*- C++ -*-===//
//
// The vector dimension is cut into blocks of pieces (vectors), the blocked
// dimension into tiles of positions.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_LOOPS_TILESCHEDULE_H
#define DLC_CODEGEN_LOOPS_TILESCHEDULE_H

#include "codegen/loops/nest/Contraction.h"
#include "codegen/loops/nest/Machine.h"
#include "codegen/loops/nest/VectorBlocks.h"

namespace dlc::loops {

struct TileSchedule {
  int vectorDim = -1; // -1: the nest has no parallel dimension
  llvm::SmallVector<VectorBlock, 2> vectorBlocks;
  int blockedDim = -1; // -1: no second dimension is blocked
  int64_t positions = 1;
  /// Elements of the reduction that lie side by side in packed weights, for
  /// instructions that multiply and add up so many in one lane.
  int64_t group = 1;
  /// The reduction's loops are unrolled as far as it pays: LLVM leaves them.
  bool keepLoops = false;
  /// The same for the loops around a tile, which is as much code as pays.
  bool keepTileLoops = false;
  /// Blocks of the vector dimension are the outermost loop: the packed panel
  /// stays in the cache while everything else goes by.
  bool vectorOutermost = false;
  /// Few instructions matter more than few cycles at the borders: positions
  /// near padding share one loop with bounds clamped at run time.
  bool compact = false;
  /// Positions near padding are computed one by one and whole tiles begin after
  /// them.
  bool peelBorders = false;
};

/// How the elements of a dimension become vectors.
struct Lanes {
  int64_t count = 1;    // of a whole vector
  bool partial = false; // the last vector may have lanes that do not exist
  bool overlap = false; // ... or begin within the one before it
};

/// What all strategies that cut a nest into tiles begin with: the vector and
/// the blocked dimension, and which loop is outermost.
struct TileOutline {
  TileSchedule schedule;
  Lanes lanes;
  /// Whether tiles of several elements can be made at all: there are sums, and
  /// the bounds of loops do not depend on the vector dimension.
  bool isTiled = false;
};

TileOutline outlineTiles(Nest &nest, const Machine &machine);

/// Cuts `size` elements into blocks of `vectors` vectors.
llvm::SmallVector<VectorBlock, 2> cutBlocks(int64_t size, Lanes lanes,
                                            int64_t vectors);

/// Steps of a reduction that are unrolled as a whole at most.
constexpr int64_t kUnrollSteps = 16;

/// Whether vectors along dimension d can be made of pairs that are loaded
/// together: of a reduction that is short enough to be unrolled.
bool makesPairs(const Nest &nest, const Access &access, unsigned d,
                const Machine &machine);

/// The epilogue's input that is the bias if the accumulators of a row can start
/// with it: one float32 for each. -1: none.
int biasOfRows(const Nest &nest, const Contraction *contraction, int vectorDim);

/// A parallel loop of a nest: over a dimension, over the blocks of the vector
/// dimension or over tiles of the blocked one.
struct LoopLevel {
  enum Kind { Dim, Blocks, Tiles } kind;
  unsigned dim;
};

/// The parallel loops, outermost first.
llvm::SmallVector<LoopLevel> loopsOf(const Nest &nest,
                                     const TileSchedule &schedule);

/// How many pieces the outermost loop of a nest can be cut into, 1 if into
/// none.
int64_t chunksOf(const Nest &nest, const TileSchedule &schedule);

/// Whether the positions [start, start + count) of a dimension read no padding.
bool isInterior(const Nest &nest, int dim, int64_t start, int64_t count);

} // namespace dlc::loops

#endif
