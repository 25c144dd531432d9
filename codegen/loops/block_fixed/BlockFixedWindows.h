//===- BlockFixedWindows.h - Tiles of whole windows -------------*- C++ -*-===//

#ifndef DLC_CODEGEN_LOOPS_BLOCKFIXEDWINDOWS_H
#define DLC_CODEGEN_LOOPS_BLOCKFIXEDWINDOWS_H

#include "codegen/loops/block_fixed/BlockFixedEmitter.h"
#include "codegen/loops/nest/Runs.h"

namespace dlc::loops {

/// A tile of positions is gathered into scratch as [reduction][positions], as
/// floats at first, and converted there; each block of features then reads it.
/// What lies in the scratch of a position that does not exist is multiplied,
/// but never stored.
class BlockFixedWindows : public BlockFixedEmitter {
public:
  using BlockFixedEmitter::BlockFixedEmitter;

  void emit();

private:
  // The tile: [depth][positions] (BlockFixedGather.cpp).
  struct Bounds {
    mlir::Value lower, upper;
  };
  Bounds clamp(const Run &run);
  void gatherTile();
  mlir::Value gatherPosition(mlir::Value position);
  mlir::Value gather(llvm::ArrayRef<Run> runs, llvm::ArrayRef<Bounds> bounds,
                     mlir::Value source, mlir::Value target, mlir::Value most);
  void fillWithZeros(llvm::ArrayRef<Run> runs, llvm::ArrayRef<Bounds> bounds,
                     mlir::Value position);
  mlir::Value convert(mlir::Value position, mlir::Value magnitude);
  bool isCopied() const { return !plan.untiled && !plan.inPlace; }
  mlir::Value elementInPlace(mlir::Value k);
  mlir::Value loadTile(mlir::Value element);
  void storeTile(mlir::Value bits, mlir::Value element);

  // Products and results.
  void emitTiles();
  void emitTile();
  void emitBlock(mlir::Value feature);
  mlir::Value exponentOf(mlir::Value position);
  mlir::Value activation(mlir::Value element);
  Values multiply(mlir::Value weights);
  mlir::Value multiplyLimbs(mlir::Value weights);
  void emitResults(mlir::Value feature, mlir::Value weights);
  void emitResult(mlir::Value position, mlir::Value feature, mlir::Value lane,
                  mlir::Value weights);
  mlir::Value nonFiniteSum(mlir::Value position, mlir::Value lane,
                           mlir::Value weights);
  mlir::Value positions; // in this tile
  mlir::Value exponents; // i32, of several positions
  mlir::Value exponent;  // of the only one
};

} // namespace dlc::loops

#endif
