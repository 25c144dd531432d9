//===- VectorPanels.h - Coded weights of kernels in vectors -----*- C++ -*-===//
//
// Kernels in vectors read weights in an order and in elements of their own.
// That is what a panel is decoded to, so that they know nothing of codes: its
// elements one by one, or, where most are 0, the others and how many zeros lie
// between them.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_LOOPS_PANELS_VECTORPANELS_H
#define DLC_CODEGEN_LOOPS_PANELS_VECTORPANELS_H

#include "codegen/loops/weights/CodedPanels.h"

namespace dlc::loops {

/// Where a panel's stream has numbers (biases, factors) between its weights, in
/// words: a head, and blocks with numbers before and behind their weights.
struct PanelNumbers {
  int64_t head = 0, before = 0, weights = 0, behind = 0, blocks = 0;
  /// Those behind weights are the same for all columns, as one scale for a
  /// tensor leaves them: one word before all that is stored.
  bool isShared = false;

  int64_t blockWords() const { return before + weights + behind; }
  /// What is stored of a block, of a panel, and for all panels.
  int64_t storedOfBlock() const { return before + (isShared ? 0 : behind); }
  int64_t words() const { return head + blocks * storedOfBlock(); }
  int64_t sharedWords() const { return isShared ? 1 : 0; }
};

/// The first of the constants is that of CodedPanels; of nonzeros there is a
/// word before all, where the second code lies, that of gaps
/// (kernel.decode_nonzeros). Further constants of the panels (what sums begin
/// with) follow as they are, those of the first panel first; so do numbers that
/// lie between weights: their bytes are as frequent as each other, and would
/// make all codes longer.
class VectorPanels : public CodedPanels {
public:
  /// `panels`: how each is stored before it is coded.
  VectorPanels(std::vector<std::shared_ptr<const WeightEncoding>> panels,
               bool nonzeros, std::optional<PanelNumbers> numbers)
      : CodedPanels(std::move(panels), /*words=*/1, std::nullopt),
        nonzeros(nonzeros), numbers(numbers) {}

  /// The fewest words that a caller's streams take, and what reports say.
  void set(int64_t words, const StoredForm &form) {
    this->words = words;
    this->form = form;
  }

  llvm::SmallVector<mlir::MemRefType> constants() const override;
  llvm::SmallVector<mlir::ElementsAttr>
  encode(llvm::ArrayRef<mlir::ElementsAttr> operands) const override;

  int64_t tables() const override { return nonzeros ? 2 : 1; }
  bool fits() const override { return scratchBytes() <= kMostScratch; }
  /// Of a panel and its tables.
  int64_t scratchBytes() const;

  bool leavesZerosOut() const { return nonzeros; }
  /// Weights are decoded to the end of a panel's memory, from a byte on, and
  /// brought to between the numbers then.
  const std::optional<PanelNumbers> &numbersBetween() const { return numbers; }
  /// Whether numbers behind weights are all the same, of such operands.
  bool sharesNumbers(llvm::ArrayRef<mlir::ElementsAttr> operands) const;
  int64_t firstSymbol() const;
  /// What a panel's first constant is before it is coded.
  mlir::MemRefType panelType() const;
  /// Codes are of halfwords that are bytes with their sign.
  bool isWide() const { return panelType().getElementType().isInteger(16); }
  /// Codes of a panel, and elements of its memory: some are written beyond it.
  int64_t symbols() const;
  int64_t memoryElements() const;

  /// In how many bytes the codes begin, and which word says where a panel's
  /// stream does.
  int64_t firstCode() const { return 4 * (headWords() + panelCount()); }
  int64_t headWords() const { return nonzeros ? 1 : 0; }
  using CodedPanels::panelCount;

private:
  std::optional<std::vector<char>>
  bytesOf(llvm::ArrayRef<mlir::ElementsAttr> operands) const override;

  bool nonzeros;
  std::optional<PanelNumbers> numbers;
};

} // namespace dlc::loops

#endif
