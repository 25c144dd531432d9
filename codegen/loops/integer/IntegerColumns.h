//===- IntegerColumns.h - Weights, biases and factors in one stream -*- C++
//-*-===//
//
// What kernel.columns reads: weights in blocks of columns, with each column's
// bias in front of them and its multiplier behind. Zero points and what the
// instructions add are in the bias.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_LOOPS_INTEGERCOLUMNS_H
#define DLC_CODEGEN_LOOPS_INTEGERCOLUMNS_H

#include "codegen/loops/integer/IntegerForms.h"
#include "codegen/loops/integer/IntegerLimbs.h"
#include "codegen/loops/integer/IntegerRescale.h"
#include "codegen/loops/weights/PackedWeights.h"

namespace dlc::loops {

/// A number for each column: one for all, or elements of an operand.
struct ColumnNumbers {
  int64_t same = 0;
  int operand = -1; // of those that are encoded; -1: the same for all
  int64_t start = 0, stride = 0; // elements
};

/// How the epilogue rescales a column's sums.
struct ColumnRescale {
  ColumnNumbers multiplier, addend, shift;
  std::optional<ColumnNumbers> tie;
  bool tiesToOdd = false;
  int64_t min = 0, max = 0;
  bool isWide = false;     // multipliers have 64 bits, in units of 2^-32
  bool storesWide = false; // results have 16 bits
};

/// The sums of a nest's columns; the weights are operand 0.
struct ColumnSums {
  WeightOrder order;                       // no outer dimensions
  int64_t features = 1, featureStride = 0; // elements
  bool signedData = true, signedWeights = true;
  int64_t dataBytes = 1; // of an element
  int64_t dataZero = 0, weightZero = 0;
  ColumnNumbers bias;
  std::optional<ColumnRescale> rescale;
};

/// One column, as numbers.
struct Column {
  llvm::SmallVector<int64_t> weights; // less their zero point
  int64_t bias = 0;
  std::optional<ExactRescale> rescale;
  /// The sums of all columns, where these have one factor (shareRange).
  std::optional<SumRange> shared;
};

/// The columns that operands of the stage are; nullopt where one has no data.
std::optional<std::vector<Column>>
readColumns(const ColumnSums &sums,
            llvm::ArrayRef<mlir::ElementsAttr> operands);

/// What a column's sums, or those of all that share its factor, can be,
/// whatever data there is.
SumRange sumRange(const ColumnSums &sums, const Column &column);

/// Whether weights can be stored in such a form of the instructions.
bool canStore(const ColumnSums &sums, const std::vector<Column> &columns,
              const IntegerForm &instructions, WeightForm form);

/// How many times two sums come in, of such weights.
unsigned scaleOf(WeightForm form);

/// What a column is rescaled by.
struct ColumnFactor {
  int32_t multiplier = 0;
  HighWordRescale high;
};

/// Factors of the columns that are exact for all their sums, with one addend at
/// this shift, or at 0 with an addend and a shift for each; nullopt if one
/// column has none. Sums come 2^scale times.
std::optional<std::vector<ColumnFactor>>
findFactors(const ColumnSums &sums, const std::vector<Column> &columns,
            unsigned scale, int64_t shift);
inline std::optional<std::vector<ColumnFactor>>
findFactors(const ColumnSums &sums, const std::vector<Column> &columns,
            WeightForm form, int64_t shift) {
  return findFactors(sums, columns, scaleOf(form), shift);
}

/// What is stored, with factors at this shift, or with limbs.
kernel::RescaleAttr withShift(kernel::RescaleAttr stored, int64_t shift);
kernel::RescaleAttr withLimbs(kernel::RescaleAttr stored,
                              const LimbForm &limbs);

/// Bytes of the weights that are not 0, and of their places (IntegerSparse.h).
struct SparseBytes {
  int64_t weights = 0, places = 0;
};

class IntegerColumns : public WeightEncoding {
public:
  /// Stored for blocks of so many columns, which divide the features, for an
  /// instruction form; `shift`: with factors at this shift (findFactors, or of
  /// 16 bits wideShift), or with `limbs`.
  IntegerColumns(ColumnSums sums, const IntegerForm &instructions,
                 WeightForm form, int64_t block, std::optional<int64_t> shift,
                 std::optional<LimbForm> limbs = std::nullopt)
      : sums(std::move(sums)), instructions(instructions), form(form),
        block(block), shift(shift), limbs(limbs) {}

  llvm::SmallVector<mlir::MemRefType> constants() const override;
  llvm::SmallVector<mlir::ElementsAttr>
  encode(llvm::ArrayRef<mlir::ElementsAttr> operands) const override;

  std::optional<StoredForm> storedForm() const override { return stored; }
  void setStoredForm(StoredForm form) { stored = form; }
  /// Room for what is not 0, where that alone is stored, and whether columns
  /// share a factor (shareRange), which stands in front of them.
  void setSparse(SparseBytes room, bool sharesFactor) {
    sparse = room;
    shared = sharesFactor;
  }

  /// Where sums are looked up, groups of which there are tables at a time.
  void setTogether(int64_t groups) { together = groups; }

  /// Steps of a column's sum, and words of a block and before the first, or
  /// before each where kernels do not rescale: they are called for one block.
  int64_t steps() const;
  int64_t blockWords() const;
  int64_t headWords() const;
  int64_t words() const;

private:
  int64_t factorWords() const;
  bool rescales() const { return shift || limbs; }
  bool storesWide() const { return sums.rescale && sums.rescale->storesWide; }

  ColumnSums sums;
  const IntegerForm &instructions;
  WeightForm form;
  int64_t block;
  std::optional<int64_t> shift;
  std::optional<LimbForm> limbs;
  std::optional<StoredForm> stored;
  SparseBytes sparse;
  bool shared = false;
  int64_t together = 1;
};

} // namespace dlc::loops

#endif
