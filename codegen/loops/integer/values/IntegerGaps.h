//===- IntegerGaps.h - Coded panels of what is not 0 ------------*- C++ -*-===//
//
// Places of what is not 0 are as good as random, and a prefix code saves none
// of their bits. How far each is behind the one before is small where there are
// many, and takes some five bits where one in twelve is not 0. So that is what
// is coded, in a code of its own beside that of the weights, and added up again
// when a panel has been decoded (kernel.sum_gaps).
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_LOOPS_INTEGER_VALUES_INTEGERGAPS_H
#define DLC_CODEGEN_LOOPS_INTEGER_VALUES_INTEGERGAPS_H

#include "codegen/loops/integer/IntegerColumns.h"
#include "codegen/loops/weights/CodedPanels.h"

namespace dlc::loops {

/// How what is not 0 of a panel's columns lies (IntegerSparse.h).
struct SparseLayout {
  int64_t numberBytes = 0; // up to the weights
  SparseBytes room;
  int64_t columns = 1, segments = 0; // of all columns
  int64_t group = 1;                 // weights at a place
};

/// One constant: a word, in how many bytes from the beginning the second code
/// begins; for each panel a word where its streams begin, and one with how many
/// bytes of weights it has in its lower half and how many halfwords its first
/// stream has in the upper one; the numbers of all panels as they are, without
/// the word that counts weights; the code of weights, and that of counts and
/// gaps; and of each panel the stream of weights, then that of counts and gaps.
/// A panel is decoded without the room that its weights do not need. Numbers
/// are biases mostly, whose bytes are as frequent as each other.
class GapPanels : public CodedPanels {
public:
  static constexpr int64_t kTables = 2, kFirstRecord = 1, kRecordWords = 2;
  /// Bits of a panel's second word that count its weights.
  static constexpr int64_t kCountBits = 16;

  GapPanels(std::vector<std::shared_ptr<const WeightEncoding>> panels,
            SparseLayout layout, int64_t words, std::optional<StoredForm> form)
      : CodedPanels(std::move(panels), words, form), layout(layout) {}

  const SparseLayout &sparse() const { return layout; }
  /// Where a panel's numbers begin, and how many words they are.
  int64_t firstNumber() const;
  int64_t numberWords() const;
  int64_t firstCode() const;
  /// That are looked up at once: as many as others have, or as many fewer as
  /// let a panel of one column fit beside its tables.
  int64_t bits() const;
  int64_t tables() const override { return kTables; }
  bool fits() const override {
    return panelBytes() <= mostPanelBytes(kTables, bits());
  }

private:
  std::optional<std::vector<char>>
  bytesOf(llvm::ArrayRef<mlir::ElementsAttr> operands) const override;

  SparseLayout layout;
};

} // namespace dlc::loops

#endif
