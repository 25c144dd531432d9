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

#include "codegen/loops/weights/PrefixCode.h"
#include "codegen/loops/weights/WeightEncoding.h"
#include <string>
#include <vector>

namespace dlc::loops {

/// One constant: for each panel in how many bytes from the beginning its stream
/// begins, a word; the code of all (PrefixCode::description); and the streams.
class CodedPanels : public WeightEncoding {
public:
  /// Bits that are looked up at once, and bytes of scratch memory that tables
  /// and a panel may take.
  static constexpr int64_t kBits = 9, kMostScratch = 4096;
  static int64_t tableBytes(int64_t bits = kBits);
  /// What a panel may take beside so many tables.
  static int64_t mostPanelBytes(int64_t tables = 1, int64_t bits = kBits);

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

  /// How many codes there are, and whether their tables and a panel fit.
  virtual int64_t tables() const { return 1; }
  virtual bool fits() const { return panelBytes() <= mostPanelBytes(); }
  /// Bytes of a panel, and where the code lies.
  int64_t panelBytes() const;
  int64_t codeOffset() const;

protected:
  int64_t panelCount() const { return static_cast<int64_t>(panels.size()); }
  /// What each panel is before it is coded; nullopt where one has no data.
  std::optional<std::vector<std::string>>
  plainOf(llvm::ArrayRef<mlir::ElementsAttr> operands) const;
  /// Writes a number as a word at a place of what is there; adds a code's
  /// description, and what is read beyond the last stream.
  static void setWord(std::vector<char> &bytes, int64_t word, uint64_t number);
  static void addDescription(std::vector<char> &bytes, const PrefixCode &code);
  static void addEnd(std::vector<char> &bytes);

  std::vector<std::shared_ptr<const WeightEncoding>> panels;
  int64_t words;
  std::optional<StoredForm> form;

private:
  virtual std::optional<std::vector<char>>
  bytesOf(llvm::ArrayRef<mlir::ElementsAttr> operands) const;
};

} // namespace dlc::loops

#endif
