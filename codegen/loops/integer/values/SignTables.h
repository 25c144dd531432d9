//===- SignTables.h - Weights of one magnitude as bits ----------*- C++ -*-===//
//
// Where all weights of a tensor are +a or -a (with a zero point, beside it), a
// bit of each is stored, and sums of small groups of elements are looked up
// (kernel.table_columns).
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_LOOPS_INTEGER_VALUES_SIGNTABLES_H
#define DLC_CODEGEN_LOOPS_INTEGER_VALUES_SIGNTABLES_H

#include "codegen/loops/integer/IntegerColumns.h"

namespace dlc::loops {

/// What some of all callers' weights are, and the others less than 0; nullopt
/// where there are more values or one alone, or no kernel multiplies by it.
std::optional<int64_t> magnitudeOf(llvm::ArrayRef<std::vector<Column>> callers);

/// The forms that look up sums of signs, in groups of four and of eight.
llvm::SmallVector<const IntegerForm *, 2>
signTableFormsOf(const Machine &machine);

class SignTables {
public:
  explicit SignTables(const IntegerForm &instructions)
      : instructions(instructions) {}

  bool canStore(const ColumnSums &sums, llvm::ArrayRef<Column> columns) const;
  /// What takes back that entries are sums of bytes without a sign, and of 255
  /// less what has a bit that is not set.
  int64_t start(const ColumnSums &sums, const Column &column) const;
  /// Columns that are looked up together.
  int64_t block() const;
  /// Tables of a section, of so many.
  int64_t together(int64_t steps, Unrolling unrolling) const;
  /// Words of so many columns' bits.
  int64_t words(int64_t features, int64_t steps) const;
  std::vector<uint32_t> encode(llvm::ArrayRef<Column> columns, int64_t steps,
                               int64_t together) const;

  /// What a tile takes of so many positions.
  struct Tables {
    const IntegerForm &instructions;
    int64_t positions, features, steps, together;

    /// Of scratch memory; more than there is where sums have no place.
    int64_t scratchBytes() const;
    /// Beside those of its columns.
    double instructionsInAll() const;
    int64_t kernelBytes() const;
  };
  Tables tables(int64_t positions, int64_t features, int64_t steps,
                int64_t together) const {
    return {instructions, positions, features, steps, together};
  }

private:
  const IntegerForm &instructions;
};

} // namespace dlc::loops

#endif // DLC_CODEGEN_LOOPS_INTEGER_VALUES_SIGNTABLES_H
