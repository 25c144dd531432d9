//===- IntegerForms.h - Instructions that sums of integers are made of -*- C++
//-*-===//
//
// A target's description lists the instructions that add products to
// accumulators. A row of the table in IntegerForms.cpp says how kernels of one
// of them are made: how elements lie, and what a step costs.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_LOOPS_INTEGERFORMS_H
#define DLC_CODEGEN_LOOPS_INTEGERFORMS_H

#include "codegen/loops/nest/Machine.h"
#include "dialects/kernel/KernelOps.h"

namespace dlc::loops {

/// How weights are stored: as bytes, two at a time as one number, each in 16
/// bits, which leaves room for a zero point of their own, as bytes without a
/// sign from which something is subtracted, in the few bits that their values
/// need (IntegerNarrow.h), as words of two columns (ColumnPairs.h), as codes of
/// few values (IntegerCodes.h), as bits that are counted with those of the
/// data, or without those that are 0: single ones, codes of few values, or
/// groups (IntegerSparse.h), as bits by which sums are looked up
/// (SignTables.h).
enum class WeightForm {
  Bytes,
  Combined,
  Halfwords,
  Moved,
  Pairs,
  FourBits,
  TwoBits,
  Codes,
  Signs,
  Rows,
  CodedRows,
  Groups,
  SignTables
};

/// Of a weight.
inline int64_t bitsOf(WeightForm form) {
  switch (form) {
  case WeightForm::Halfwords:
  case WeightForm::Pairs:
    return 16;
  case WeightForm::FourBits:
  case WeightForm::Codes:
    return 4;
  case WeightForm::TwoBits:
    return 2;
  case WeightForm::Signs:
  case WeightForm::SignTables:
    return 1;
  default:
    return 8;
  }
}
/// For reports.
llvm::StringRef nameOf(WeightForm form);
inline bool isNarrow(WeightForm form) {
  return form == WeightForm::FourBits || form == WeightForm::TwoBits;
}
/// Whether a number is two weights, and elements have a sign or are 128 less.
inline bool isCombined(WeightForm form) {
  return form == WeightForm::Combined || form == WeightForm::Pairs;
}
/// Steps that are taken together, but for what kernels do with narrow weights.
inline int64_t stepsTogether(WeightForm form) {
  return form == WeightForm::Pairs ? 2 : 1;
}
/// Whether weights that are 0 are left out.
inline bool isSparse(WeightForm form) {
  return form == WeightForm::Rows || form == WeightForm::CodedRows ||
         form == WeightForm::Groups;
}
/// Whether weights follow the numbers of all columns.
inline bool isAtTheEnd(WeightForm form) {
  return isSparse(form) || form == WeightForm::SignTables;
}
/// Whether weights have this form because of their values.
inline bool followsValues(WeightForm form) {
  return bitsOf(form) < 8 || isSparse(form);
}

/// What kernels read of the left operand: elements that were widened, those of
/// all positions side by side, or the bytes of one position after the other.
enum class LeftForm { Widened, Bytes };

/// A block of products in registers.
struct IntegerTile {
  int64_t positions = 0, columns = 0;
};

/// How depthwise convolutions of planes are made (IntegerPlanes.h).
struct PlaneForm {
  int64_t elementBytes; // of a plane
  int64_t rowWords;     // of a row of a filter in the stream
  int64_t together;     // results that the kernel finishes at a time
  int64_t farthest;     // bytes from a plane to the next
  bool moved;           // signed elements are stored 128 more
  // In instructions: a pair of pixels of four channels; a row of results of a
  // plane; more for each result (pair of pixels) where they are farther apart
  // than loads and stores can add.
  double pixels;
  double (*row)(int64_t results, int64_t taps, int64_t step);
  double farResult, farPixels;
};

struct IntegerForm {
  /// As the target's description names it.
  llvm::StringRef instruction;
  kernel::InstructionSet set;
  /// Elements of the reduction that a step takes, and in which order they lie.
  int64_t group;
  llvm::ArrayRef<int64_t> order;
  /// Words of 32 bits that one load takes at best.
  int64_t load;
  /// Bits of a widened element, and the left operands that there are kernels
  /// for.
  unsigned leftBits;
  llvm::ArrayRef<LeftForm> lefts;
  /// Weights that it takes, the cheapest first.
  llvm::ArrayRef<WeightForm> weights;
  /// Positions and columns of the largest tiles.
  IntegerTile most;

  // In instructions.
  /// A step of a tile; 0 where registers do not suffice for it.
  int64_t (*step)(LeftForm left, WeightForm form, IntegerTile tile);
  /// What may be one iteration, and how many steps, if code is to be compact.
  int64_t mostOfIteration, mostSteps;
  /// An iteration beside its steps; a block of columns beside its products and
  /// results; a result; a result that is rescaled in 64 bits by code.
  double iteration, block, result, longResult;
  /// A group of one position that is widened; a call.
  double widen, call;
  /// Null where there are no kernels of planes.
  const PlaneForm *planes;
  /// Products have 32 bits, and multipliers are cut into limbs
  /// (IntegerLimbs.h).
  bool limbs;
  /// The narrow weights that share 16 bits are those of columns, as many as
  /// there are in a block, or of elements.
  bool sharedByColumns;
  /// Bits are counted; those of the data are read from whole words alone.
  bool signs = false, readsWords = false;
  /// Where weights that are 0 are left out: instructions of a segment with so
  /// many groups that are stored.
  int64_t (*segment)(int64_t groups) = nullptr;
  /// Sums of groups are looked up.
  bool looksUp = false;
};

/// Words of signs that are counted together at most
/// (codegen/kernels/values/SignCounter.h).
inline constexpr int64_t kMostSigns = 18;

/// All forms of products of 8-bit integers.
llvm::ArrayRef<IntegerForm> integerForms();
/// The form that a machine's kernels of 8-bit integers are made of; null if it
/// has none.
const IntegerForm *integerFormOf(const Machine &machine);

/// How long an iteration may be: as long as is worth it, of few bytes, or of
/// as few as do not double what a loop takes.
enum class Unrolling { Free, Compact, Small };
/// What a machine asks for.
Unrolling unrollingOf(const Machine &machine);

/// The same where it is signs that are multiplied, or signs and zeros; null if
/// there are no kernels of them.
const IntegerForm *signFormOf(const Machine &machine, bool hasZeros);

/// The forms that leave out zeros.
llvm::SmallVector<const IntegerForm *, 3> sparseFormsOf(const Machine &machine);

/// Steps of a sum of so many elements. Signs that are counted together are as
/// many in each iteration.
int64_t stepsOf(const IntegerForm &form, int64_t depth);

/// Steps of so many instructions that are one iteration: they divide `steps`,
/// and are a multiple of `whole` or all; 0 where those are too many.
int64_t unrolledSteps(const IntegerForm &form, int64_t steps,
                      int64_t instructions, Unrolling unrolling,
                      int64_t whole = 1);

/// The products that kernels of a form compute.
kernel::ProductsAttr productsOf(mlir::MLIRContext *context,
                                const IntegerForm &form, LeftForm left,
                                bool signedLeft, WeightForm weights,
                                bool signedWeights);

} // namespace dlc::loops

#endif
