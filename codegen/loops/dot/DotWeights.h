//===- DotWeights.h - Weights in groups, and what sums begin with -*- C++
//-*-===//
//
// Stored are the weights as [other dimensions][blocks of features][steps of the
// sum][features of a block][group], less their zero point, and for each feature
// the number that its sum begins with. Runs of the reduction are filled up with
// zeros to whole groups, the last block to whole vectors.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_LOOPS_DOTWEIGHTS_H
#define DLC_CODEGEN_LOOPS_DOTWEIGHTS_H

#include "codegen/loops/nest/VectorBlocks.h"
#include "codegen/loops/weights/PackedWeights.h"

namespace dlc::loops {

/// What weights are stored for.
struct DotOperand {
  WeightOrder order;
  unsigned feature = 0; // dimension of the nest
  /// The last reduction dimensions, walked as one.
  unsigned runDims = 1;
  bool isSigned = true;  // weights
  int64_t zeroPoint = 0; // of the weights
  /// What the data's elements are less when they are multiplied: the sums of
  /// products begin with less so many times the sum of the weights.
  int64_t dataZero = 0;
  /// The elements of a second operand, 32 bits each, that sums begin with too.
  std::optional<Linear> bias;
  /// As stored: 8 or 16, or 16 of 32 with zeros above.
  unsigned bits = 8;
  int64_t group = 1;
  llvm::SmallVector<VectorBlock, 2> blocks; // of features

  int64_t runLength() const;
};

class DotWeights : public WeightEncoding {
public:
  explicit DotWeights(DotOperand operand) : operand(std::move(operand)) {}

  llvm::SmallVector<mlir::MemRefType> constants() const override;
  llvm::SmallVector<mlir::ElementsAttr>
  encode(llvm::ArrayRef<mlir::ElementsAttr> operands) const override;

  /// Where the first element of a block lies, as a function of the nest's
  /// dimensions; the innermost reduction dimension counts the elements of a
  /// run, which are multiples of a group.
  Linear address(const VectorBlock &block) const;
  /// The same for what sums begin with.
  Linear startAddress() const;

private:
  int64_t paddedRun() const;
  int64_t paddedDepth() const;
  int64_t paddedSize() const;
  int64_t outerCount() const {
    return operand.order.count(operand.order.outer);
  }
  template <typename T>
  void pack(llvm::ArrayRef<int64_t> weights, T *packed, int32_t *starts) const;
  void addBias(llvm::ArrayRef<int64_t> bias, int32_t *starts) const;

  DotOperand operand;
};

} // namespace dlc::loops

#endif
