//===- IntegerPlan.h - Which sums of integers kernels compute ---*- C++ -*-===//

#ifndef DLC_CODEGEN_LOOPS_INTEGERPLAN_H
#define DLC_CODEGEN_LOOPS_INTEGERPLAN_H

#include "codegen/loops/integer/IntegerColumns.h"
#include "codegen/loops/nest/Contraction.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace dlc::loops {

/// Reduction dimensions that the data is walked along as one, in full but for
/// padding at the ends of the outermost.
struct IntegerRun {
  int64_t size = 1, stride = 0; // elements, in the data
  int64_t unit = 1;             // elements for a step of the outermost
  int64_t inSum = 1;            // elements of the sum for one of the run
  llvm::SmallVector<const Guard *, 1> guards;
};

struct IntegerPlan {
  const IntegerForm *instructions = nullptr;
  unsigned data = 0, weights = 0; // inputs of the root
  ColumnSums sums;
  /// Arguments that go into the stream beside the weights, in the order of the
  /// operands that `sums` counts.
  llvm::SmallVector<mlir::BlockArgument> beside;
  int bias = -1; // the epilogue's input that is in the stream
  // Dimensions of the nest.
  int feature = -1;
  llvm::SmallVector<unsigned> outer;  // loops around the tiles
  llvm::SmallVector<unsigned> tiled;  // positions that are walked as one
  int64_t positions = 1;              // of these
  llvm::SmallVector<IntegerRun> runs; // outermost first
  /// Elements are gathered byte by byte before they are widened; or rows of
  /// bytes are.
  bool bytes = false;
  bool aligned = false;

  WeightForm form = WeightForm::Bytes;
  IntegerTile tile;
  int64_t unroll = 1; // steps of an iteration
  /// Of rescaling in the kernel (findFactors), and what it stores.
  std::optional<int64_t> shift;
  std::optional<kernel::RescaleAttr> stored;
  double instructionsInAll = 0;

  int64_t steps() const;
  int64_t elementBytes() const { return 2; } // of the left operand
  /// Elements of 32 bits of a tile.
  int64_t tileWords(int64_t positions) const;
};

/// How to compute `nest`, a sum of products of `stage`; nullopt where it is not
/// of 8-bit integers with constant weights, or `why`.
std::optional<IntegerPlan> planIntegers(Nest &nest,
                                        const Contraction &contraction,
                                        mlir::func::FuncOp stage,
                                        const Machine &machine);

} // namespace dlc::loops

#endif
