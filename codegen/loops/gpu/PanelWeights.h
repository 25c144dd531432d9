//===- PanelWeights.h - Weights as a block's shared memory has them -------===//

#ifndef DLC_CODEGEN_LOOPS_PANELWEIGHTS_H
#define DLC_CODEGEN_LOOPS_PANELWEIGHTS_H

#include "codegen/loops/nest/Nest.h"
#include "codegen/loops/weights/WeightEncoding.h"

namespace dlc::loops {

/// A constant operand of a sum of products as [groups][panels][steps][width]:
/// a panel is `width` rows side by side, filled up with zeros, and so are the
/// steps to `paddedSteps`. Rows and steps run over several dimensions of the
/// nest, the last varying fastest.
struct PanelLayout {
  mlir::Type element;
  Linear source;                    // where an element is in the operand
  llvm::SmallVector<int64_t> sizes; // of the nest's dimensions
  llvm::SmallVector<unsigned> groups, rows, steps;
  int64_t width = 1, paddedSteps = 1;
  /// Steps of a row that lie side by side: [steps / together][width][together].
  int64_t together = 1;
  /// Of bytes: the sums of each row's steps, times this, as [groups][panels]
  /// [width] in 32 bits; 0: there are none.
  int64_t sumFactor = 0;
  bool isSigned = true;

  int64_t count(llvm::ArrayRef<unsigned> dims) const;
  int64_t panels() const;
  int64_t elements() const;
};

/// Its constants are the panels and, if there are, the sums.
class PanelWeights : public WeightEncoding, private ElementOrder {
public:
  explicit PanelWeights(PanelLayout layout) : layout(std::move(layout)) {}

  llvm::SmallVector<mlir::MemRefType> constants() const override;
  llvm::SmallVector<mlir::ElementsAttr>
  encode(llvm::ArrayRef<mlir::ElementsAttr> operands) const override;
  const ElementOrder *order() const override {
    return layout.sumFactor == 0 ? this : nullptr;
  }

private:
  // Its parts are the positions of the outermost of the groups' dimensions.
  int64_t parts() const override;
  int64_t partStride() const override;
  Origin emitOrigin(mlir::OpBuilder &b, mlir::Location loc,
                    mlir::Value at) const override;

  PanelLayout layout;
};

} // namespace dlc::loops

#endif
