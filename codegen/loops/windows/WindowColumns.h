//===- WindowColumns.h - The stream that kernel.windows reads ---*- C++ -*-===//

#ifndef DLC_CODEGEN_LOOPS_WINDOWCOLUMNS_H
#define DLC_CODEGEN_LOOPS_WINDOWCOLUMNS_H

#include "codegen/loops/integer/IntegerColumns.h"

namespace dlc::loops {

/// How a window's weights are cut into groups.
struct WindowShape {
  static constexpr int64_t kGroup = 16; // bytes

  int64_t rows = 1, bytes = 1; // of a row
  int64_t elementBytes = 1;    // of the data; weights are bytes
  int64_t apart = 1;           // kernel.windows
  int64_t columns = 4;         // of a block

  int64_t groups() const; // of a row
  int64_t groupElements() const { return kGroup / elementBytes; }
  /// Blocks of columns, the last one filled up.
  int64_t blocks(int64_t features) const;
};

/// Whether weights less their zero point are signed bytes.
bool areBytes(const std::vector<Column> &columns);

/// What is subtracted from stored data before it is multiplied with a sign.
int64_t signedOffset(const ColumnSums &sums);

/// What a column's sum of products of such data starts with.
int64_t signedStart(const ColumnSums &sums, const Column &column);

class WindowColumns : public WeightEncoding {
public:
  /// `shift`: with factors at this shift (findFactors, or of 16 bits
  /// wideShift).
  WindowColumns(ColumnSums sums, WindowShape shape,
                std::optional<int64_t> shift)
      : sums(std::move(sums)), shape(shape), shift(shift) {}

  llvm::SmallVector<mlir::MemRefType> constants() const override;
  /// Words before the first block; in one, of numbers of each column, the first
  /// of which lies before the weights, and of its weights.
  int64_t headWords() const { return shift && *shift != 0 ? 1 : 0; }
  int64_t numberWords() const;
  int64_t weightWords() const;
  int64_t blocks() const { return shape.blocks(sums.features); }
  llvm::SmallVector<mlir::ElementsAttr>
  encode(llvm::ArrayRef<mlir::ElementsAttr> operands) const override;

private:
  bool storesWide() const { return sums.rescale && sums.rescale->storesWide; }

  ColumnSums sums;
  WindowShape shape;
  std::optional<int64_t> shift;
};

} // namespace dlc::loops

#endif
