//===- IntegerKernelParts.h - Ops as what writes their text ------*- C++
//-*-===//
//
// What the tables of instruction sets have in common.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_KERNELS_INTEGERKERNELPARTS_H
#define DLC_CODEGEN_KERNELS_INTEGERKERNELPARTS_H

#include "codegen/kernels/IntegerKernels.h"
#include "codegen/kernels/core/ArmColumns.h"
#include "codegen/kernels/values/ArmTables.h"
#include "dialects/kernel/CodedKernels.h"
#include "dialects/kernel/TableKernels.h"

namespace dlc::kernels {

inline constexpr const char *kCopiesOnly = "bytes are copied as they are";

inline bool isInteger(mlir::Type type, unsigned bits) {
  return type.isSignedInteger(bits) || type.isUnsignedInteger(bits);
}

/// The text of a kernel, or why there is none.
template <typename Kernel> IntegerKernel textOf(const Kernel &kernel) {
  if (const char *reason = kernel.whyNot())
    return {"", reason};
  return {kernel.text(), nullptr};
}

/// kernel.widen to bits of signs, and whether zeros are told apart.
template <typename Kernel> Kernel signWidenOf(kernel::WidenOp op) {
  Kernel kernel;
  kernel.masked = op.getProducts().getLeft().isSignedInteger(2);
  kernel.aligned = op.getAligned();
  return kernel;
}

/// kernel.planes, beside the types of its elements.
template <typename Kernel> Kernel planesOf(kernel::PlanesOp op) {
  Kernel kernel;
  kernel.pixels = static_cast<int64_t>(op.getPixels());
  kernel.stride = static_cast<int64_t>(op.getStride());
  kernel.plane = static_cast<int64_t>(op.getPlane());
  kernel.odd = op.getOdd();
  return kernel;
}

/// kernel.depthwise, beside the type of its left operand and rescaling.
template <typename Kernel> Kernel depthwiseOf(kernel::DepthwiseOp op) {
  Kernel kernel;
  kernel.rows = static_cast<int64_t>(op.getRows());
  kernel.columns = static_cast<int64_t>(op.getColumns());
  kernel.taps = static_cast<int64_t>(op.getTaps());
  kernel.rowStep = static_cast<int64_t>(op.getRowStep());
  kernel.columnStep = static_cast<int64_t>(op.getColumnStep());
  kernel.row = static_cast<int64_t>(op.getRow());
  kernel.plane = static_cast<int64_t>(op.getPlane());
  kernel.stride = static_cast<int64_t>(op.getStride());
  kernel.resultRow = static_cast<int64_t>(op.getResultRow());
  return kernel;
}

/// Bits of weights that are narrower than a byte; 0 of others.
inline int64_t narrowBits(kernel::ProductsAttr products) {
  unsigned bits = products.getRight().getIntOrFloatBitWidth();
  return products.getRight().isSignedInteger() && bits < 8 ? bits : 0;
}

/// Words or bytes, one at a time.
inline bool areMlaLeft(kernel::ProductsAttr products) {
  mlir::Type left = products.getLeft();
  return (isInteger(left, 32) || isInteger(left, 8)) &&
         products.getGroup() == 1 && products.getSum().isInteger(32);
}

/// The same times narrow weights, codes, bytes or halfwords.
inline bool areMlaProducts(kernel::ProductsAttr products) {
  mlir::Type right = products.getRight();
  return areMlaLeft(products) &&
         (narrowBits(products) || kernel::areWithCodes(products) ||
          isInteger(right, 8) || isInteger(right, 16));
}

inline bool widensToWords(mlir::Type from, kernel::ProductsAttr products) {
  return areMlaProducts(products) &&
         (isInteger(from, 8) || isInteger(from, 16)) &&
         isInteger(products.getLeft(), 32);
}

/// kernel.widen of bytes or halfwords to words; nullopt for other types.
template <typename Kernel>
std::optional<Kernel> widenToWords(kernel::WidenOp op) {
  if (!widensToWords(op.getFrom(), op.getProducts()))
    return std::nullopt;
  return Kernel{static_cast<int64_t>(op.getPositions()),
                op.getFrom().isSignedInteger(),
                op.getFrom().getIntOrFloatBitWidth() / 8};
}

/// The same of kernel.widen_tile.
template <typename Kernel>
std::optional<Kernel> widenTileToWords(kernel::WidenTileOp op) {
  if (!widensToWords(op.getFrom(), op.getProducts()))
    return std::nullopt;
  return Kernel{static_cast<int64_t>(op.getPositions()),
                static_cast<int64_t>(op.getGroups()),
                static_cast<int64_t>(op.getStride()),
                op.getFrom().isSignedInteger(),
                op.getFrom().getIntOrFloatBitWidth() / 8};
}

inline TableShape tableShape(kernel::TableColumnsOp op) {
  TableShape shape;
  shape.signedLeft = op.getFrom().isSignedInteger();
  shape.positions = op.getTile().getPositions();
  shape.group = static_cast<int64_t>(op.getGroup());
  shape.groups = static_cast<int64_t>(op.getSteps());
  shape.together = static_cast<int64_t>(op.getUnroll());
  shape.features = static_cast<int64_t>(op.getFeatures());
  shape.block = static_cast<int64_t>(op.getBlock());
  shape.magnitude = static_cast<int64_t>(op.getMagnitude());
  return shape;
}

inline ArmRescale armRescale(kernel::RescaleAttr rescale) {
  return {rescale.getStorage().isSignedInteger(), rescale.getShift(),
          rescale.getMin(), rescale.getMax(), rescale.isWide() ? 16 : 8};
}

inline constexpr const char *kNoLimbs =
    "sums are rescaled by the high word, not by limbs";

inline IntegerKernel armTables(kernel::TableColumnsOp op, bool isDsp) {
  ArmTables kernel;
  kernel.shape = tableShape(op);
  kernel.highWordAdds = isDsp;
  kernel.positions = kernel.shape.positions;
  kernel.columns = op.getTile().getColumns();
  kernel.blocks = kernel.shape.features / kernel.columns;
  kernel.stride = static_cast<int64_t>(op.getStride());
  if (std::optional<kernel::RescaleAttr> rescale = op.getRescale()) {
    if (rescale->getLimbs())
      return {"", kNoLimbs};
    kernel.rescale = armRescale(*rescale);
  }
  return textOf(kernel);
}

/// kernel.columns, or kernel.coded_columns, beside its products.
template <typename Op, typename Kernel>
IntegerKernel armColumns(Op op, Kernel kernel) {
  kernel.signedWeights = op.getProducts().getRight().isSignedInteger();
  kernel.positions = op.getTile().getPositions();
  kernel.columns = op.getTile().getColumns();
  kernel.steps = static_cast<int64_t>(op.getSteps());
  kernel.unroll = static_cast<int64_t>(op.getUnroll());
  kernel.stride = static_cast<int64_t>(op.getStride());
  if constexpr (std::is_same_v<Op, kernel::CodedColumnsOp>)
    kernel.blocks = static_cast<int64_t>(op.getBlocks());
  if (std::optional<kernel::RescaleAttr> rescale = op.getRescale()) {
    if (rescale->getLimbs())
      return {"", kNoLimbs};
    kernel.rescale = armRescale(*rescale);
  }
  return textOf(kernel);
}

} // namespace dlc::kernels

#endif // DLC_CODEGEN_KERNELS_INTEGERKERNELPARTS_H
