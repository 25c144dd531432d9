//===- NestEmitter.h - A scheduled nest as loops and vectors --------------===//

#ifndef DLC_CODEGEN_LOOPS_NESTEMITTER_H
#define DLC_CODEGEN_LOOPS_NESTEMITTER_H

#include "codegen/loops/blocks/Schedule.h"
#include "codegen/loops/nest/BodyEmitter.h"
#include "codegen/loops/weights/Packing.h"
#include "dialects/kernel/KernelOps.h"
#include <map>

namespace dlc::loops {

class NestEmitter {
public:
  /// `packings` has an entry for each input of the nest; `bias` is the input of
  /// the epilogue that accumulators start with, -1: none.
  NestEmitter(mlir::OpBuilder &builder, Nest &nest, const Schedule &schedule,
              llvm::ArrayRef<std::optional<Packing>> packings, int bias,
              llvm::function_ref<Buffer(mlir::Value)> bufferOf);
  void emit();

  /// How many pieces the outermost loop can be cut into, 1 if into none.
  int64_t chunks() const;
  /// Emits the chunks from `begin` to `end` only, two index values.
  void emitChunks(mlir::Value begin, mlir::Value end);

private:
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
  };
  using Values = llvm::SmallVector<mlir::Value>;

  // Parallel loops, outermost first.
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
  bool isInterior(int64_t start, int64_t count) const;

  // One tile.
  void emitTile();
  void clampRange(const Guard &guard, Range &range);
  void planReduction();
  unsigned mergeSuffix(unsigned first) const;
  Range mergeRanges(unsigned first, unsigned last);
  Values reduceByPiece(llvm::ArrayRef<mlir::Value> accumulators);
  Values emitReduction(unsigned first, Values accumulators);
  Values emitReductionLoop(unsigned dim, const Range &range, int64_t run,
                           unsigned next, Values accumulators);
  Values emitSteps(unsigned dim, mlir::Value variable, int64_t first,
                   int64_t count, unsigned next, Values accumulators);
  Values emitStep(Values accumulators);
  void emitStores(llvm::ArrayRef<mlir::Value> accumulators);
  bool isOutside() const;

  // One tile by kernels.
  mlir::Value byteAddress(const Access &access, const Linear &address);
  Values emitRowSteps(Values accumulators);
  Values emitKernelSteps(unsigned dim, const Range &range, Values accumulators);
  Values loadBias();
  bool storesByKernel() const;
  kernel::TileAttr tileShape() const;
  kernel::InstructionsAttr instructions() const;
  std::pair<mlir::Value, mlir::Value> resultAddress();
  void storeTile(llvm::ArrayRef<mlir::Value> values);
  bool finishTile(llvm::ArrayRef<mlir::Value> accumulators);

  // Operands.
  const Linear &addressOf(unsigned input) const { return addresses[input]; }
  mlir::Value baseOf(const Linear &address);
  mlir::Value indexOf(const Linear &address, int64_t extra);
  mlir::Value maskOf(const Piece &piece);
  mlir::Value load(const Access &access, const Linear &address,
                   const Piece &piece, bool packed);
  mlir::Value loadPair(const Access &access, const Linear &address,
                       const Piece &piece, unsigned dim);
  mlir::Value loadFactor(const Access &access, const Linear &address);
  void store(const Access &access, const Piece &piece, mlir::Value value);
  Values initialAccumulators();
  mlir::Value positionOf(unsigned dim, const Piece &piece);
  Values evaluate(mlir::Block &block, mlir::ValueRange arguments,
                  const Piece &piece);
  template <typename Fn> void forEachAccumulator(Fn fn);
  mlir::Value index(int64_t value) { return constantIndex(b, loc, value); }

  mlir::OpBuilder &b;
  mlir::Location loc;
  Nest &nest;
  const Schedule &schedule;
  llvm::ArrayRef<std::optional<Packing>> packings;
  llvm::function_ref<Buffer(mlir::Value)> bufferOf;

  enum class Level { Dim, Blocks, Tiles };
  llvm::SmallVector<std::pair<Level, unsigned>> levels;
  llvm::SmallVector<Position> at;
  const VectorBlock *block = nullptr;
  int64_t positions = 1;            // of the tile being emitted
  mlir::Value chunkBegin, chunkEnd; // bounds of the outermost loop, if given
  bool interior = true;
  int bias; // the epilogue's input that accumulators start with; -1: none

  // State of the tile being emitted.
  llvm::SmallVector<Linear> addresses; // of the root's inputs
  llvm::SmallVector<unsigned> reductionDims;
  llvm::SmallVector<Range> ranges; // by dimension
  llvm::SmallVector<bool> unrolled;
  llvm::SmallVector<const Guard *> staticGuards;
  /// The steps [runStart, runStart + schedule.run) of this reduction dimension
  /// are emitted one after the other; -1: no run.
  int runDim = -1;
  int64_t runStart = 0;
  std::map<std::vector<const void *>, mlir::Value> bases;
  std::map<std::tuple<const void *, const void *, int64_t, int64_t>,
           mlir::Value>
      loaded;
  VectorBlock scalarBlock{0, 1, 1, {{0, 1, 1}}};
};

} // namespace dlc::loops

#endif
