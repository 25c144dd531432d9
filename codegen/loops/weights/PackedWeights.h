//===- PackedWeights.h - Weights in the order they are read -----*- C++ -*-===//
//
// A packed operand lies as [other dimensions][blocks of the vector dimension]
// [groups of the reduction][elements of one block][one group]: the reduction
// reads one block after the other from one pointer. The last block is filled up
// with zeros to whole vectors where the target computes parts of vectors, the
// innermost reduction dimension to whole groups. A block of several streams is
// as many blocks, of equal parts of it.
//
// A group is what an instruction multiplies and adds up in one lane: 1 element,
// or 2 to 16 where it takes several products.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_LOOPS_PACKEDWEIGHTS_H
#define DLC_CODEGEN_LOOPS_PACKEDWEIGHTS_H

#include "codegen/loops/nest/Nest.h"
#include "codegen/loops/nest/VectorBlocks.h"
#include "codegen/loops/weights/WeightEncoding.h"
#include "mlir/IR/Builders.h"

namespace dlc::loops {

/// Where the elements of a nest's constant operand are, and in which order they
/// are wanted.
struct WeightOrder {
  mlir::Type element;
  Linear source;                         // where an element was
  llvm::SmallVector<int64_t> sizes;      // of the nest's dimensions
  llvm::SmallVector<unsigned> outer;     // parallel, but for that of the block
  llvm::SmallVector<unsigned> reduction; // reduction dimensions

  int64_t depth() const { return count(reduction); }
  /// Positions of all these dimensions together.
  int64_t count(llvm::ArrayRef<unsigned> dims) const;
};

/// Calls `fn` with the source position of each combination of `dims`, the last
/// varying fastest.
template <typename Fn>
void forEachPosition(const WeightOrder &order, llvm::ArrayRef<unsigned> dims,
                     int64_t base, Fn fn) {
  if (dims.empty()) {
    fn(base);
    return;
  }
  int64_t stride = order.source.coefficients[dims.front()];
  for (int64_t i = 0; i < order.sizes[dims.front()]; ++i)
    forEachPosition(order, dims.drop_front(), base + i * stride, fn);
}

class PackedWeights : public WeightEncoding {
public:
  PackedWeights(WeightOrder order, unsigned vectorDim,
                llvm::ArrayRef<VectorBlock> blocks, int64_t group = 1);

  llvm::SmallVector<mlir::MemRefType> constants() const override;
  llvm::SmallVector<mlir::ElementsAttr>
  encode(llvm::ArrayRef<mlir::ElementsAttr> operands) const override;

  /// Where the first element of a block lies, as a function of the nest's
  /// dimensions: the vector dimension at the block's start, the innermost
  /// reduction dimension at a group's first step.
  Linear address(const VectorBlock &block) const;

  /// How far behind that the first element of a piece of the block lies.
  int64_t offsetOf(const VectorBlock &block, const Piece &piece) const;

  /// The elements of `lanes` (1: a scalar) lanes from `position` on, of the
  /// values of the constants.
  mlir::Value decode(mlir::OpBuilder &b, mlir::Location loc,
                     mlir::ValueRange constants, mlir::Value position,
                     int64_t lanes) const;

private:
  int64_t elements() const; // in all
  int64_t paddedDepth() const;
  int64_t paddedSize() const; // of the vector dimension
  template <typename T> void pack(const char *source, char *target) const;

  WeightOrder order;
  unsigned vectorDim;
  llvm::SmallVector<VectorBlock, 2> blocks;
  int64_t group;
};

/// How a packable input of a nest that is cut into `blocks` along `vectorDim`
/// is packed; null where it is read in its own order.
std::shared_ptr<PackedWeights> planPacking(const Nest &nest,
                                           const Access &access, int vectorDim,
                                           llvm::ArrayRef<VectorBlock> blocks,
                                           int64_t group = 1);

} // namespace dlc::loops

#endif
