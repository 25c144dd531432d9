//===- IntegerPlan.h - Which sums of integers kernels compute ---*- C++ -*-===//

#ifndef DLC_CODEGEN_LOOPS_INTEGERPLAN_H
#define DLC_CODEGEN_LOOPS_INTEGERPLAN_H

#include "codegen/loops/integer/IntegerStage.h"

namespace dlc::loops {

/// A form of weights, and how the kernel rescales, if it does.
struct RescaledForm {
  WeightForm form;
  std::optional<int64_t> shift;
  std::optional<LimbForm> limbs = std::nullopt;
  bool sharesFactor = false;

  bool rescales() const { return shift || limbs; }
};

struct IntegerPlan : StageSums {
  const IntegerForm *instructions = nullptr;
  // Dimensions of the nest.
  llvm::SmallVector<unsigned> outer; // loops around the tiles
  llvm::SmallVector<unsigned> tiled; // positions that are walked as one
  int64_t positions = 1;             // of these
  llvm::SmallVector<Run> runs;       // outermost first
  /// Elements are gathered as they are stored, one by one or in rows, before
  /// they are widened or where they are not.
  bool isGathered = false;
  bool aligned = false;

  LeftForm left = LeftForm::Widened;
  WeightForm form = WeightForm::Bytes;
  IntegerTile tile;
  int64_t unroll = 1; // steps of an iteration
  /// The kernel rescales, and code of the stage does what follows (`part`).
  bool inParts = false;
  /// Of rescaling in the kernel: at a shift of the high word (findFactors), or
  /// by limbs.
  std::optional<int64_t> shift;
  std::optional<LimbForm> limbs;
  bool rescales() const { return shift || limbs; }
  double instructionsInAll = 0;
  /// Of the form with the fewest, whichever is taken: what other strategies
  /// have to be better than.
  double fewestInstructions = 0;
  /// Sums of all columns are there before the first is stored: what kernels do
  /// before the first block is worth it.
  bool sumsWhole() const { return followsValues(form) && !rescales(); }
  /// Where zeros are left out: room for the caller that needs the most, its
  /// instructions, and whether columns share a factor (shareRange).
  SparseBytes sparse;
  int64_t sparseInstructions = 0;
  bool sharesFactor = false;
  /// Of a caller's weights, those that are not 0, of the caller with the most.
  int64_t nonzeros = 0;
  /// Columns are computed in so many panels, whose weights are decoded into
  /// scratch memory (CodedPanels.h); the sums are those of one. 0: weights are
  /// read as they are stored.
  int64_t panels = 0;
  int64_t codedWords = 0; // of the caller with the fewest
  int64_t allFeatures() const {
    return sums.features * std::max<int64_t>(panels, 1);
  }
  int64_t allWeights() const { return allFeatures() * sums.order.depth(); }
  /// Of all callers' weights, which are this or less that; nullopt where others
  /// are.
  std::optional<int64_t> magnitude;
  /// Fewer than an eighth pay nowhere.
  bool hasZeros() const { return 8 * nonzeros < 7 * allWeights(); }
  /// Bytes of all callers' constants, and of a kernel of its own.
  int64_t constantBytes = 0, kernelBytes = 0, callers = 1;
  /// Set where it is chosen among the forms (chooseStorage).
  std::optional<StoredForm> storedForm;

  /// Sets which dimensions are tiled and which are loops around these; false
  /// where there are groups.
  bool walk(const Nest &nest, const Contraction &contraction);
  /// Whether bytes of so many positions lie in the data as kernels read them.
  bool lieTogether(const Nest &nest, int64_t positions) const;
  /// Whether all addresses of runs are multiples of four bytes.
  bool startsAtWords(const Nest &nest, mlir::func::FuncOp stage) const;
  int64_t steps() const;
  int64_t elementBytes() const { // of the left operand
    return left == LeftForm::Bytes ? 1 : instructions->leftBits / 8;
  }
  int64_t groupBytes() const { // of a widened one
    return instructions->group * instructions->leftBits / 8;
  }
  /// Whether the kernel reads the data where the network has it.
  bool isInPlace() const { return left == LeftForm::Bytes && !isGathered; }
  /// Whether elements of the left operand have other bits than the data.
  bool isWidened() const {
    return instructions->signs || instructions->leftBits > 8 * sums.dataBytes;
  }
  /// How the weights of such sums are stored, or were before they are coded.
  std::shared_ptr<IntegerColumns> encodingOf(const ColumnSums &some) const;
  /// What one position reads, in whole groups.
  int64_t positionElements() const { return steps() * instructions->group; }
  int64_t positionBytes() const { return positionElements() * sums.dataBytes; }
  /// Elements of 32 bits of a widened tile.
  int64_t tileWords(int64_t positions) const;
};

/// How to compute `nest`, a sum of products of `stage`; nullopt where it is not
/// of integers of 8 or 16 bits with constant weights of 8.
std::optional<IntegerPlan> planIntegers(Nest &nest,
                                        const Contraction &contraction,
                                        mlir::func::FuncOp stage,
                                        const Machine &machine);

} // namespace dlc::loops

#endif
