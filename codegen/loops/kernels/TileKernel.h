//===- TileKernel.h - Register tiles by load-multiple instructions --------===//
//
// On a core with scalar arithmetic and an instruction that loads several
// consecutive registers, the order of the registers is what makes a tile fast,
// and a register allocator does not see it. The steps of such a tile are calls
// of private functions without a body; codegen/llvm gives them one with fixed
// registers. A function's name is its specification.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_LOOPS_TILEKERNEL_H
#define DLC_CODEGEN_LOOPS_TILEKERNEL_H

#include "codegen/loops/blocks/Schedule.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace dlc::loops {

/// A tile is positions x width accumulators, a row for each position.
/// Addresses and strides are in bytes, of float32 elements.
struct TileKernel {
  enum class Kind {
    /// (left, stride between positions, right, steps, accumulators) ->
    /// accumulators: each step multiplies one element of each position by
    /// `width` elements of the right operand; both lie contiguously. One
    /// position has no stride.
    Multiply,
    /// (left, stride between steps, right, steps, accumulators) ->
    /// accumulators, one position: each step multiplies `width` elements of the
    /// left operand by as many of the right one.
    MultiplyPairs,
    /// (address) -> accumulators: the same row for each position.
    Load,
    /// (address, stride between positions, values).
    Store
  };
  Kind kind;
  int64_t positions, width;
  /// Steps of one iteration, and whether steps may remain after the last.
  int64_t unroll = 1;
  bool remainder = false;

  std::string name() const;
};

/// The function that stands for the kernel; declared when it is not there.
mlir::func::FuncOp declareKernel(ModuleIndex &module, const TileKernel &kernel);

/// The function that does the nest's epilogue to each value of a tile and then
/// stores the tile: (address, stride between positions, values) as `store`
/// has. Equal epilogues share one. Null when there is no epilogue beside the
/// bias, or it reads more than the root's result.
mlir::func::FuncOp declareFinish(const Nest &nest, const TileKernel &store,
                                 int bias);

/// What stands for a bias that the accumulators have started with.
mlir::Value nothingToAdd(mlir::OpBuilder &b, mlir::Location loc);

/// The multiplying kernel for a tile that makes `steps` steps (0: not known,
/// a multiple of `multiple`) at a time.
TileKernel chooseKernel(TileKernel::Kind kind, int64_t positions, int64_t width,
                        int64_t steps, int64_t multiple);

} // namespace dlc::loops

#endif
