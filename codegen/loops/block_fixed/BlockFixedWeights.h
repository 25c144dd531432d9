//===- BlockFixedWeights.h - Weights as integers ----------------*- C++ -*-===//

#ifndef DLC_CODEGEN_LOOPS_BLOCKFIXEDWEIGHTS_H
#define DLC_CODEGEN_LOOPS_BLOCKFIXEDWEIGHTS_H

#include "codegen/loops/weights/PackedWeights.h"

namespace dlc::loops {

/// The weights of a nest in block fixed point: one constant of 32-bit integers,
/// as [groups][blocks of features][reduction][one block], then the scale of
/// each channel. The last block of a group is filled with zeros. `order.outer`
/// are the groups.
class BlockFixedWeights : public WeightEncoding {
public:
  BlockFixedWeights(WeightOrder order, unsigned bits, bool limbs)
      : order(std::move(order)), bits(bits), limbs(limbs) {}

  /// The features, in blocks of so many; by default there is one.
  void setFeatures(int64_t count, int64_t stride, int64_t inBlock) {
    features = count;
    featureStride = stride;
    block = inBlock;
  }

  llvm::SmallVector<mlir::MemRefType> constants() const override;
  llvm::SmallVector<mlir::ElementsAttr>
  encode(llvm::ArrayRef<mlir::ElementsAttr> operands) const override;

  int64_t channels() const; // of all groups, padded

private:
  int64_t paddedFeatures() const;
  int64_t elements() const { return channels() * (order.depth() + 1); }
  template <typename Fn> void forEachChannel(Fn fn) const;

  WeightOrder order;
  unsigned bits; // of an integer's magnitude
  bool limbs;    // each integer as two halves
  int64_t features = 1, featureStride = 0, block = 1;
};

} // namespace dlc::loops

#endif
