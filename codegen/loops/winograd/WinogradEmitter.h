//===- WinogradEmitter.h - Winograd's steps as loops ------------*- C++ -*-===//

#ifndef DLC_CODEGEN_LOOPS_WINOGRADEMITTER_H
#define DLC_CODEGEN_LOOPS_WINOGRADEMITTER_H

#include "codegen/loops/nest/BodyEmitter.h"
#include "codegen/loops/winograd/Winograd.h"
#include "codegen/loops/winograd/WinogradTransform.h"

namespace dlc::loops {

class WinogradEmitter {
public:
  WinogradEmitter(StageContext &context, Nest &nest, const WinogradPlan &plan,
                  const Machine &machine)
      : context(context), b(context.builder()), loc(nest.root.getLoc()),
        nest(nest), plan(plan), machine(machine) {}

  /// Emits all chunks, or those asked for: calls with others may run at the
  /// same time.
  void emit(std::optional<ChunkRange> range);

private:
  /// Rows and columns of tiles.
  struct TileBlock {
    mlir::Value row, rowEnd, column, columnEnd;
  };
  /// A tile: its position among all tiles and in its block.
  struct TilePosition {
    mlir::Value row, column, inBlock;
  };
  using PerTile = llvm::function_ref<void(const TilePosition &)>;
  /// Tiles [first, last) of a dimension.
  struct TileRange {
    int64_t first, last;
  };

  mlir::Value index(int64_t value) { return constantIndex(b, loc, value); }
  mlir::Value scaled(mlir::Value value, int64_t factor);
  mlir::Value plus(mlir::Value value, int64_t addend);
  mlir::Value startOf(const Linear &address, const TilePosition &tile,
                      unsigned vectorDim, mlir::Value vectorPosition);
  mlir::Value load(const Buffer &buffer, mlir::Value position, int64_t lanes);
  void store(mlir::Value value, mlir::Value buffer, mlir::Value position);

  mlir::Value isIn(mlir::Value tile, TileRange range, int64_t count);
  void forEachTile(const TileBlock &block, TileRange rows, TileRange columns,
                   PerTile inside, PerTile border);
  mlir::Type inputType() {
    return plan.integers ? mlir::Type(b.getIntegerType(16))
                         : mlir::Type(b.getF32Type());
  }
  mlir::Type productType() {
    return plan.integers ? mlir::Type(b.getI32Type())
                         : mlir::Type(b.getF32Type());
  }
  /// Bits of what vectors of results are counted in: AArch64 narrows two of
  /// words together.
  unsigned storedBits() {
    return plan.integers && highWordsOf(machine) == HighWords::Doubled ? 16
                                                                       : 32;
  }
  mlir::Value constantLike(mlir::Value value, int64_t number);
  mlir::Value loadImage(mlir::Value position, int64_t lanes);
  mlir::Value centred(mlir::Value value);
  void centreSums(Tile &values);
  mlir::Value halved(mlir::Value value);
  void forEachVector(int64_t size, unsigned bits,
                     llvm::function_ref<void(mlir::Value, int64_t)> fn);

  void forEachPart(mlir::Value begin, mlir::Value end, int64_t size,
                   int64_t count,
                   llvm::function_ref<void(mlir::Value, mlir::Value)> fn);
  void emitBlock(const TileBlock &block);
  mlir::Value partOf(mlir::Value buffer, int64_t size, mlir::Value chunk);
  struct BorderLine {
    llvm::SmallVector<mlir::Value> offsets; // elements, of a line that exists
    llvm::SmallVector<mlir::Value> exists;
  };
  BorderLine borderLine(mlir::Value tile, const TileRow &row, int64_t stride);
  mlir::Value masked(mlir::Value value, mlir::Value condition);
  Tile loadTile(const TilePosition &tile, mlir::Value channel, int64_t lanes);
  Tile loadBorderTile(const TilePosition &tile, mlir::Value channel,
                      int64_t lanes);
  void storeTransformed(const TilePosition &tile, mlir::Value channel,
                        Tile values);
  void transformInput(const TileBlock &block);
  void multiply();
  mlir::linalg::GenericOp makeProduct();
  void transformOutput(const TileBlock &block);
  void storeOutputs(const TilePosition &tile, mlir::Value feature,
                    int64_t lanes, bool border);
  void onlyIf(mlir::Value condition, llvm::function_ref<void()> fn);
  mlir::Value applyEpilogue(mlir::Value value,
                            llvm::ArrayRef<mlir::Value> starts, int64_t row,
                            int64_t column, int64_t lanes);

  StageContext &context;
  mlir::OpBuilder &b;
  mlir::Location loc;
  Nest &nest;
  const WinogradPlan &plan;
  const Machine &machine;
  mlir::Value transformed, products;
};

} // namespace dlc::loops

#endif
