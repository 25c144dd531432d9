//===- IntegerCodes.h - Weights of few values as codes ----------*- C++ -*-===//
//
// Clustering leaves weights with at most 16 values, which are no integers of
// four bits: codes are. Kernels look up two of them at a time, in a table that
// the stage makes of the values (kernel.code_table); these stand behind all
// columns in the stream.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_LOOPS_INTEGER_VALUES_INTEGERCODES_H
#define DLC_CODEGEN_LOOPS_INTEGER_VALUES_INTEGERCODES_H

#include "codegen/loops/integer/IntegerColumns.h"

namespace dlc::loops {

class WeightCodes {
public:
  explicit WeightCodes(const IntegerForm &instructions)
      : instructions(instructions) {}

  /// Whether all weights have codes, and the sums of columns in their places.
  bool canStore(const ColumnSums &sums,
                const std::vector<Column> &columns) const;
  /// The values that codes stand for, of all columns, the least first; nullopt
  /// if they are too many.
  std::optional<llvm::SmallVector<int64_t>>
  values(llvm::ArrayRef<Column> columns) const;

  /// Words of a block of so many columns with sums of so many steps, and of the
  /// values.
  int64_t words(int64_t columns, int64_t steps) const;
  static constexpr int64_t kValueWords = 4;
  std::vector<uint32_t> encode(llvm::ArrayRef<Column> block, int64_t steps,
                               llvm::ArrayRef<int64_t> values) const;
  static std::vector<uint32_t> encodeValues(llvm::ArrayRef<int64_t> values);
  /// What the sums of a block's columns start with, of what each of them alone
  /// would.
  void pair(llvm::MutableArrayRef<int64_t> starts) const;

  /// Steps that share a byte.
  int64_t wholeSteps(int64_t columns) const {
    return instructions.group * columns % 2 ? 2 : 1;
  }
  /// Bytes of the table, the instructions that make it, and those that take a
  /// sum out of its pair.
  int64_t tableBytes(LeftForm left) const;
  double tableInstructions() const;
  double result() const { return addsPairs() ? 2.5 : 0; }

private:
  /// Whether the sums of two columns are one number.
  bool addsPairs() const {
    return instructions.set == kernel::InstructionSet::Armv7M;
  }

  const IntegerForm &instructions;
};

} // namespace dlc::loops

#endif
