//===- BlockFixedEmitter.h - Block fixed point as loops ---------*- C++ -*-===//

#ifndef DLC_CODEGEN_LOOPS_BLOCKFIXEDEMITTER_H
#define DLC_CODEGEN_LOOPS_BLOCKFIXEDEMITTER_H

#include "codegen/loops/BlockFixed.h"
#include "codegen/loops/BlockFixedArithmetic.h"
#include "codegen/loops/BodyEmitter.h"

namespace dlc::loops {

/// A tile of positions is gathered into scratch as [reduction][positions], as
/// floats at first, and converted there; each block of features then reads it.
/// What lies in the scratch of a position that does not exist is multiplied,
/// but never stored.
class BlockFixedEmitter {
public:
  BlockFixedEmitter(mlir::OpBuilder &builder, Nest &nest,
                    const BlockFixedPlan &plan,
                    llvm::function_ref<Buffer(mlir::Value)> bufferOf);

  Packing emit(llvm::function_ref<mlir::Value(int64_t, mlir::Type)> scratch);

private:
  using Values = llvm::SmallVector<mlir::Value>;

  mlir::Value index(int64_t value) { return constantIndex(b, loc, value); }
  mlir::Value plus(mlir::Value x, mlir::Value y);
  mlir::Value times(mlir::Value x, int64_t factor);
  mlir::Value load(mlir::Type type, mlir::Value buffer, mlir::Value position);
  void store(mlir::Value value, mlir::Value buffer, mlir::Value position);
  /// A loop without and one with carried values, which `body` returns; LLVM
  /// unrolls it `unroll` times.
  void forEach(mlir::Value lower, mlir::Value upper,
               llvm::function_ref<void(mlir::Value)> body, int64_t step = 1,
               int64_t unroll = 1);
  Values
  forEach(mlir::Value lower, mlir::Value upper, int64_t step, int64_t unroll,
          mlir::ValueRange initial,
          llvm::function_ref<Values(mlir::Value, mlir::ValueRange)> body);
  /// The constant and parallel part of an address, where `at` stands.
  mlir::Value startOf(const Linear &address);
  /// How many of a block of `size` there are from `start` on in `count`.
  mlir::Value inBlock(mlir::Value start, int64_t size, int64_t count);

  // The tile of activations (BlockFixedGather.cpp).
  /// Reduction dimensions that the image walks as one, in full but for padding
  /// at the ends of the outermost.
  struct Run {
    int64_t size = 1, stride = 0; // elements, in the image
    int64_t unit = 1;             // elements for a step of the outermost
    int64_t inTile = 1;           // elements in the tile for one of the run
    llvm::SmallVector<const Guard *, 1> guards;
  };
  struct Bounds {
    mlir::Value lower, upper;
  };
  llvm::SmallVector<Run> runs() const;
  Bounds clamp(const Run &run);
  void gatherTile();
  void gatherPosition(mlir::Value position);
  mlir::Value gather(llvm::ArrayRef<Run> runs, llvm::ArrayRef<Bounds> bounds,
                     mlir::Value source, mlir::Value target, mlir::Value most);
  void fillWithZeros(llvm::ArrayRef<Run> runs, llvm::ArrayRef<Bounds> bounds,
                     mlir::Value position);
  void convert(mlir::Value position, mlir::Value magnitude);

  // Products and results.
  void emitLevel(unsigned level);
  void emitTile();
  void emitBlock(mlir::Value feature);
  Values multiply(mlir::Value weights);
  mlir::Value groupIndex();
  void emitResults(mlir::Value feature, mlir::Value weights);
  void emitResult(mlir::Value position, mlir::Value feature, mlir::Value lane,
                  mlir::Value weights);
  mlir::Value finiteSum(mlir::Value exponent, mlir::Value sum,
                        mlir::Value channel);
  mlir::Value nonFiniteSum(mlir::Value position, mlir::Value lane,
                           mlir::Value weights);
  void storeThroughEpilogue(mlir::Value value);
  mlir::Value loadOperand(const Access &access);

  Packing packing() const;

  mlir::OpBuilder &b;
  mlir::Location loc;
  BlockFixedArithmetic fixed;
  Nest &nest;
  const BlockFixedPlan &plan;
  llvm::function_ref<Buffer(mlir::Value)> bufferOf;

  llvm::SmallVector<mlir::Value> at; // of the parallel dimensions, or null
  mlir::Value tile;      // [depth][positions] i32, then an exponent for each
  mlir::Value sums;      // [positions][features] i64
  mlir::Value positions; // in this tile
  int64_t channels = 1;  // of all groups, padded
};

} // namespace dlc::loops

#endif
