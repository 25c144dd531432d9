//===- BlockFixed.h - Float reductions in integers --------------*- C++ -*-===//
//
// On a core without a floating-point unit a sum of products is computed in
// block fixed point: the elements that one output position reads become
// integers that share one exponent, each output channel's weights are integers
// with one exponent already, products are summed exactly in 64 bits, and the
// sum becomes a float once. docs/decisions/block-fixed-point.md bounds the
// error.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_LOOPS_BLOCKFIXED_H
#define DLC_CODEGEN_LOOPS_BLOCKFIXED_H

#include "codegen/loops/strategy/Plan.h"

namespace dlc::loops {

/// A dimension of a window: the step of its elements for a step of the output
/// and of the window.
struct BlockFixedAxis {
  unsigned output = 0, window = 0; // dimensions of the nest
  int64_t outputStep = 1, windowStep = 1;
  int64_t stride = 0;           // of an element, in the image
  const Guard *guard = nullptr; // or all elements exist

  /// Elements that `outputs` neighbours read with a window of `taps`.
  int64_t extent(int64_t outputs, int64_t taps) const {
    return (outputs - 1) * outputStep + (taps - 1) * windowStep + 1;
  }
};

/// Windows over one channel each share elements: a tile is a part of a plane.
struct BlockFixedPlanes {
  BlockFixedAxis row, column;
  unsigned channel = 0;
  int64_t rows = 1; // of the output, in a tile; all its columns
  int64_t tileRows = 0, tileColumns = 0;
};

struct BlockFixedPlan {
  unsigned image = 0, weights = 0; // inputs of the root
  int bias = -1; // input of the epilogue that is added to the sum first
  /// What the epilogue begins with where that replaces what is below zero by
  /// zero, else null.
  mlir::Operation *relu = nullptr;
  // Dimensions of the nest.
  int feature = -1;                   // only the weights vary; -1: none
  int tiled = -1;                     // cut into tiles of positions; -1: none
  llvm::SmallVector<unsigned> outer;  // the other parallel ones
  llvm::SmallVector<unsigned> groups; // of these, those the weights vary along
  llvm::SmallVector<unsigned> reduction;
  /// Products are of halves of integers: there is no long multiplication.
  bool limbs = false;
  int64_t depth = 1;                   // products in a sum
  unsigned bits = 0;                   // of an integer's magnitude
  int64_t positions = 1, features = 1; // of a register block
  std::optional<BlockFixedPlanes> planes;
  /// The tile would be as large as the tensors: each block of features converts
  /// what it reads.
  bool untiled = false;
  /// The one position's activations are read by nobody else, and turned into
  /// integers where they lie.
  bool inPlace = false;
};

/// The bits that leave a sum of `depth` products within 62 bits, and halves
/// within 16.
unsigned blockFixedBits(int64_t depth, bool limbs);

/// How to compute `nest`, a sum of products of `stage`, in block fixed point;
/// nullopt when its weights are not finite constants.
std::optional<BlockFixedPlan> planBlockFixed(const Nest &nest,
                                             const Contraction &contraction,
                                             mlir::func::FuncOp stage,
                                             const Machine &machine);

/// What the plan takes, in cycles.
double cyclesOf(const BlockFixedPlan &plan, const Nest &nest);

/// Emits the nest as the plan says.
void emitBlockFixed(StageContext &context, Nest &nest,
                    const BlockFixedPlan &plan);

Strategy blockFixedStrategy();

/// The stage's argument that is what an input of the nest reads, and that
/// nothing else in the stage uses; null if there is none.
mlir::BlockArgument soleArgument(const Nest &nest, unsigned input);

/// The function of the module that makes a float of a sum:
/// (sum: i64, scale: i32, bits of a bias: i32) -> i32, the float's bits;
/// `positive` is that which makes zero of negative sums.
mlir::func::FuncOp sumToFloat(ModuleIndex &module, bool positive);

} // namespace dlc::loops

#endif
