//===- TiledNest.h - The loops of a nest that is cut into tiles -*- C++ -*-===//
//
// Loops over the parallel dimensions, with borders at padding by themselves;
// for each tile the bounds of its sums, what its operands' addresses are, and
// how its results are stored. How a tile's sums are made is a strategy's.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_LOOPS_TILEDNEST_H
#define DLC_CODEGEN_LOOPS_TILEDNEST_H

#include "codegen/loops/nest/BodyEmitter.h"
#include "codegen/loops/strategy/Plan.h"
#include "codegen/loops/tiles/TileSchedule.h"
#include "codegen/loops/weights/PackedWeights.h"
#include <map>

namespace dlc::loops {

/// An input of a nest that is packed, and the constants that it is stored as.
struct PackedInput {
  std::shared_ptr<const PackedWeights> weights; // null: it is not packed
  llvm::SmallVector<mlir::Value> constants;
};

class TiledNest {
public:
  /// `bias` is the input of the epilogue that accumulators start with, -1:
  /// none. `inKernels`: whole tiles are given to calls, and a call makes at
  /// least one step. `ownWeights` is an input that the strategy encodes and
  /// reads itself, -1: none.
  TiledNest(StageContext &context, Nest &nest, const TileSchedule &schedule,
            int bias, bool inKernels, int ownWeights = -1);
  virtual ~TiledNest() = default;

  /// Emits all chunks, or those asked for.
  void emit(std::optional<ChunkRange> range);

protected:
  /// Where a dimension stands: a loop's variable (or none) plus a constant.
  struct Position {
    mlir::Value variable;
    int64_t offset = 0;
  };
  /// A range of a reduction dimension; the values override the constants.
  struct Range {
    int64_t lower = 0, upper = 0;
    mlir::Value lowerValue, upperValue;
    bool full = true;
    int64_t multiple = 1; // a divisor of the number of steps
    bool isDynamic() const { return lowerValue || upperValue; }
  };
  using Values = llvm::SmallVector<mlir::Value>;

  // What a strategy does.
  /// What comes before a loop over tiles, or over the blocks of a tile.
  virtual void enterLevel(LoopLevel::Kind kind) {}
  /// What a tile's sums begin with.
  virtual Values startSums();
  /// All steps of a tile.
  virtual Values reduceTile(Values accumulators);
  /// The steps of the innermost reduction dimensions, which are walked as one,
  /// `dim`.
  virtual Values reduceInnermost(unsigned dim, const Range &range,
                                 Values accumulators) = 0;
  /// Does the epilogue and stores the sums; false: it is not done.
  virtual bool finishTile(llvm::ArrayRef<mlir::Value> sums) { return false; }
  /// Stores a tile's results; false: it is not done.
  virtual bool storeTile(llvm::ArrayRef<mlir::Value> results) { return false; }
  /// A vector or element of an operand, loaded once in a tile; of a packed one
  /// a group of the reduction for each lane.
  virtual mlir::Value load(const Access &access, const Linear &address,
                           const Piece &piece,
                           const PackedInput *packed = nullptr);
  /// A vector of elements `stride` apart.
  virtual mlir::Value loadStrided(const Access &access, const Linear &address,
                                  const Piece &piece, int64_t stride);

  // One tile (TileSums.cpp).
  Values emitReduction(unsigned first, Values accumulators);
  Values
  emitReductionLoop(unsigned dim, const Range &range, int64_t step,
                    Values accumulators,
                    llvm::function_ref<Values(mlir::Value, Values)> body);
  Values emitStep(Values accumulators);
  /// What the epilogue makes of the sums of a piece, one for each result.
  virtual Values finished(Values values, const Piece &piece);
  template <typename Fn> void forEachAccumulator(Fn fn) {
    unsigned count = 0;
    int64_t start = 0;
    if (schedule.blockedDim >= 0)
      start = at[schedule.blockedDim].offset;
    for (int64_t position = 0; position < positions; ++position) {
      if (schedule.blockedDim >= 0)
        at[schedule.blockedDim].offset = start + position;
      for (const Piece &piece : block->pieces)
        fn(position, piece, count++);
    }
    if (schedule.blockedDim >= 0)
      at[schedule.blockedDim].offset = start;
  }
  const PackedInput *packingOf(unsigned input) const {
    return packings[input].weights ? &packings[input] : nullptr;
  }

  // Operands (TileOperands.cpp).
  mlir::Value baseOf(const Linear &address);
  mlir::Value indexOf(const Linear &address, int64_t extra);
  void store(const Access &access, const Piece &piece, mlir::Value value);
  /// What has been loaded in this tile from an address: `constant` beside the
  /// loops' variables, so many elements.
  mlir::Value &loadedAt(const Linear &address, int64_t constant,
                        int64_t elements);
  /// The part of an address that does not depend on loops.
  int64_t constantOf(const Linear &address) const;
  mlir::Value index(int64_t value) { return constantIndex(b, loc, value); }

  StageContext &context;
  mlir::OpBuilder &b;
  mlir::Location loc;
  Nest &nest;
  const int bias;

  // State of the tile being emitted.
  llvm::SmallVector<Position> at;
  const VectorBlock *block = nullptr;
  int64_t positions = 1;
  llvm::SmallVector<Linear> addresses; // of the root's inputs
  llvm::SmallVector<unsigned> reductionDims;
  llvm::SmallVector<bool> unrolled; // dimensions whose steps follow each other
  bool unrollAll = false;           // all of them

private:
  // Parallel loops, outermost first (TiledNest.cpp).
  void emitLevel(unsigned level);
  mlir::Operation *emitLoop(mlir::Value lower, mlir::Value upper,
                            llvm::function_ref<void(mlir::Value)> body);
  void emitBlocks(unsigned level);
  void emitChunkRange(int64_t first, int64_t count,
                      llvm::function_ref<void(mlir::Value)> body);
  void emitBlockChunks(unsigned level);
  void emitTileChunks(unsigned level);
  void emitTiles(unsigned level);
  void emitPeeledTiles(unsigned level);
  void emitStaticTile(unsigned level, int64_t start, int64_t count);
  void emitTileLoop(unsigned level, int64_t start, int64_t count, int64_t step);
  bool isInside(int64_t start, int64_t count) const {
    return isInterior(nest, schedule.blockedDim, start, count);
  }

  void emitTile();
  void clampRange(const Guard &guard, Range &range);
  void planReduction();
  unsigned mergeSuffix(unsigned first) const;
  Range mergeRanges(unsigned first, unsigned last);
  bool isOutside() const;
  void emitStores(llvm::ArrayRef<mlir::Value> sums);
  Values valuesOf(llvm::ArrayRef<mlir::Value> sums, const Piece &piece);
  Values evaluate(mlir::Block &block, mlir::ValueRange arguments,
                  const Piece &piece);

  mlir::Value maskOf(const Piece &piece);
  mlir::Value positionOf(unsigned dim, const Piece &piece);

  const TileSchedule &schedule;
  const bool inKernels;
  llvm::SmallVector<PackedInput> packings;
  llvm::SmallVector<LoopLevel> levels;
  std::optional<ChunkRange> chunks; // of the outermost loop
  bool interior = true;
  llvm::SmallVector<Range> ranges; // by dimension
  llvm::SmallVector<const Guard *> staticGuards;
  std::map<std::vector<const void *>, mlir::Value> bases;
  std::map<std::tuple<const void *, const void *, int64_t, int64_t>,
           mlir::Value>
      loaded;
  VectorBlock scalarBlock{0, 1, 1, {{0, 1, 1}}};
};

} // namespace dlc::loops

#endif
