//===- BlockFixedPlanes.h - Tiles of a channel's plane ----------*- C++ -*-===//

#ifndef DLC_CODEGEN_LOOPS_BLOCKFIXEDPLANES_H
#define DLC_CODEGEN_LOOPS_BLOCKFIXEDPLANES_H

#include "codegen/loops/block_fixed/BlockFixedEmitter.h"

namespace dlc::loops {

/// The rows of one channel that some rows of the output read are gathered into
/// scratch, with their padding, and converted there; windows overlap in it. An
/// infinity or a NaN becomes a mark, an integer that no float has, so that
/// only the windows that hold it are computed in software.
class BlockFixedPlanesEmitter : public BlockFixedEmitter {
public:
  BlockFixedPlanesEmitter(StageContext &context, Nest &nest,
                          const BlockFixedPlan &plan)
      : BlockFixedEmitter(context, nest, plan), planes(*plan.planes) {}

  void emit();

private:
  int64_t tileElements() const { return planes.tileRows * planes.tileColumns; }
  int64_t taps(const BlockFixedAxis &axis) const {
    return nest.sizes[axis.window];
  }
  /// Elements of the tile from one row (column) of outputs to the next, and
  /// from one row (column) of taps.
  int64_t tileOffset(int64_t row, int64_t column) const {
    return row * planes.row.windowStep * planes.tileColumns +
           column * planes.column.windowStep;
  }

  void emitTiles();
  void emitTile(mlir::Value firstRow);
  mlir::Value gather(mlir::Value firstRow);
  mlir::Value convert(mlir::Value magnitude, mlir::Value nonFinite);
  void convertEach(llvm::function_ref<mlir::Value(mlir::Value)> fn);
  mlir::Value largestFinite();
  mlir::Value marked(mlir::Value bits);
  mlir::Value unmarked(mlir::Value integer);
  void emitRow(mlir::Value row, mlir::Value exponent, mlir::Value nonFinite);
  Values multiply(mlir::Value start);
  void emitResult(mlir::Value start, mlir::Value lane, mlir::Value exponent,
                  mlir::Value nonFinite);
  mlir::Value sumOfMarked(mlir::Value start, mlir::Value finite);

  const BlockFixedPlanes &planes;
  mlir::Value rows; // of the output, in this tile
};

} // namespace dlc::loops

#endif
