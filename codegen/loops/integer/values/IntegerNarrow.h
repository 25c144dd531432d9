//===- IntegerNarrow.h - Weights in the bits that they need -----*- C++ -*-===//
//
// A tensor of bytes may hold values that fit 4 or 2 bits: networks with such
// weights have them, and others may. How they lie is the instructions' affair:
//
// * Columns share 16 bits (SMLAD): of two elements a word with the weights of
//   a block's columns, the one with the lower place in a group in the low half;
//   digits are 2^(b-1) larger but for the highest, which has the sign.
// * Elements share 16 bits (MLA): of two columns a word with the weights of
//   neighbouring elements, the first column's in the low half, all 2^(b-1)
//   larger.
//
// Kernels take back by how much they are larger.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_LOOPS_INTEGER_VALUES_INTEGERNARROW_H
#define DLC_CODEGEN_LOOPS_INTEGER_VALUES_INTEGERNARROW_H

#include "codegen/loops/integer/IntegerColumns.h"

namespace dlc::loops {

class NarrowWords {
public:
  NarrowWords(const IntegerForm &instructions, WeightForm form)
      : instructions(instructions), bits(bitsOf(form)), perHalf(16 / bits) {}

  /// Whether all weights fit, and the sums of columns in their places.
  bool canStore(const ColumnSums &sums,
                const std::vector<Column> &columns) const;
  /// Steps that are loaded together, or share a word.
  int64_t wholeSteps(int64_t steps) const {
    if (instructions.sharedByColumns)
      return steps % 2 ? 1 : 2;
    return perHalf;
  }
  /// Of a block of so many columns with sums of so many steps.
  int64_t words(int64_t columns, int64_t steps) const;
  std::vector<uint32_t> encode(llvm::ArrayRef<Column> block,
                               int64_t steps) const;
  /// What the sums of a block's columns start with, of what each of them alone
  /// would.
  void accumulate(llvm::MutableArrayRef<int64_t> starts) const;

private:
  uint32_t digitOf(const Column &column, int64_t element, bool hasSign) const;

  const IntegerForm &instructions;
  int64_t bits, perHalf;
};

} // namespace dlc::loops

#endif
