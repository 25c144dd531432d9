//===- CodedPanels.h - Weights that are decoded panel by panel --*- C++ -*-===//
//
// Under a budget of flash weights may be stored as prefix codes: rare bytes
// take more bits than those that are frequent. What is computed at a time, a
// panel of columns, is decoded into scratch memory before (kernel.decode), and
// read there as if it were stored so.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_LOOPS_CODEDPANELS_H
#define DLC_CODEGEN_LOOPS_CODEDPANELS_H

#include "codegen/loops/weights/WeightEncoding.h"
#include <vector>

namespace dlc::loops {

/// One constant: for each panel in how many bytes from the beginning its stream
/// begins, a word; the code of all (PrefixCode::description); and the streams.
class CodedPanels : public WeightEncoding {
public:
  /// Bits that are looked up at once, and bytes of scratch memory that their
  /// table and a panel may take.
  static constexpr int64_t kBits = 9, kMostScratch = 4096;
  static int64_t tableBytes();
  /// What a panel may take beside its table.
  static int64_t mostPanelBytes();

  /// `panels`: how each is stored before it is coded, in one constant of whole
  /// words, all of one size; `words`: of the constant of the caller with the
  /// fewest (wordsOf).
  CodedPanels(std::vector<std::shared_ptr<const WeightEncoding>> panels,
              int64_t words, std::optional<StoredForm> form)
      : panels(std::move(panels)), words(words), form(form) {}

  /// Words of the constant for operands; nullopt where there is none.
  std::optional<int64_t>
  wordsOf(llvm::ArrayRef<mlir::ElementsAttr> operands) const;

  llvm::SmallVector<mlir::MemRefType> constants() const override;
  /// May have more words than constants() says: a stage reads what its streams
  /// have.
  llvm::SmallVector<mlir::ElementsAttr>
  encode(llvm::ArrayRef<mlir::ElementsAttr> operands) const override;
  std::optional<StoredForm> storedForm() const override { return form; }

  /// Bytes of a panel, and where the code lies.
  int64_t panelBytes() const;
  int64_t codeOffset() const;

private:
  std::optional<std::vector<char>>
  bytesOf(llvm::ArrayRef<mlir::ElementsAttr> operands) const;

  std::vector<std::shared_ptr<const WeightEncoding>> panels;
  int64_t words;
  std::optional<StoredForm> form;
};

} // namespace dlc::loops

#endif
