//===- BlockFixedEmitter.h - Block fixed point as loops ---------*- C++ -*-===//

#ifndef DLC_CODEGEN_LOOPS_BLOCKFIXEDEMITTER_H
#define DLC_CODEGEN_LOOPS_BLOCKFIXEDEMITTER_H

#include "codegen/loops/block_fixed/BlockFixed.h"
#include "codegen/loops/block_fixed/BlockFixedArithmetic.h"
#include "codegen/loops/nest/BodyEmitter.h"
#include "codegen/loops/strategy/NestCode.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

namespace dlc::loops {

/// What all ways to lay out a tile of activations have in common.
class BlockFixedEmitter : protected NestCode {
public:
  BlockFixedEmitter(StageContext &context, Nest &nest,
                    const BlockFixedPlan &plan);

protected:
  using Values = llvm::SmallVector<mlir::Value>;

  /// Sums of a register block that are taken one by one, and one of them.
  void keepSums(mlir::ValueRange results);
  mlir::Value sumAt(mlir::Value position);
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
  /// How many of a block of `size` there are from `start` on in `count`.
  mlir::Value inBlock(mlir::Value start, int64_t size, int64_t count);

  /// The channel that the features of the group at hand begin with.
  mlir::Value groupIndex();
  /// Bits of a float -> what the tile holds in its place.
  mlir::Value toInteger(mlir::Value bits, mlir::Value exponent);
  mlir::Value finiteSum(mlir::Value exponent, mlir::Value sum,
                        mlir::Value channel);
  void storeThroughEpilogue(mlir::Value value);
  /// What is done where `condition` holds is rare: a function called `name`.
  mlir::scf::IfOp rareBranch(mlir::TypeRange results, mlir::Value condition,
                             llvm::StringRef name);
  /// Bits of a float in the tile that is an infinity or a NaN, times a weight.
  mlir::Value nonFiniteProduct(mlir::Value bits, mlir::Value weight);
  mlir::Value nonFiniteResult(mlir::Value sum);
  /// The loops over `outer` dimensions, with `tiles` in the innermost, once the
  /// scratch is there.
  void emitLoops(llvm::ArrayRef<unsigned> outer,
                 llvm::function_ref<void()> tiles);

  BlockFixedArithmetic fixed;
  const BlockFixedPlan &plan;

  mlir::Value tile;     // i32
  mlir::Value sums;     // i64, of a register block of several
  int64_t channels = 1; // of all groups, padded

private:
  mlir::Value onlySum; // of a register block of one

  void emitOuter(llvm::ArrayRef<unsigned> outer,
                 llvm::function_ref<void()> tiles);
  void removeRelu();
  void encodeWeights();
};

} // namespace dlc::loops

#endif
