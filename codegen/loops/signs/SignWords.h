//===- SignWords.h - Weights of -1 and 1 as bits ----------------*- C++ -*-===//

#ifndef DLC_CODEGEN_LOOPS_SIGNWORDS_H
#define DLC_CODEGEN_LOOPS_SIGNWORDS_H

#include "codegen/loops/weights/PackedWeights.h"

namespace dlc::loops {

/// Weights whose signs are bits, set where a weight is 1, of words of 32
/// neighbours along the last reduction dimension: [other reduction dimensions]
/// [words][features].
class SignWords : public WeightEncoding {
public:
  static constexpr int64_t kBits = 32;

  SignWords(WeightOrder order, unsigned feature)
      : order(std::move(order)), feature(feature) {}

  llvm::SmallVector<mlir::MemRefType> constants() const override;
  llvm::SmallVector<mlir::ElementsAttr>
  encode(llvm::ArrayRef<mlir::ElementsAttr> operands) const override;

  /// Of a word, as a function of the nest's dimensions, the last reduction
  /// dimension counting words.
  Linear address() const;

private:
  WeightOrder order;
  unsigned feature; // dimension of the nest
};

/// Whether all elements that an order reaches are -1 or 1.
bool areSigns(const WeightOrder &order, unsigned feature,
              mlir::ElementsAttr weights);

} // namespace dlc::loops

#endif
