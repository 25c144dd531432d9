//===- MulsKernels.cpp - Kernels of integers in Armv6-M's core ------------===//

#include "codegen/kernels/core/MulsKernels.h"
#include "codegen/kernels/IntegerKernelParts.h"
#include "codegen/kernels/core/MulsPlanes.h"
#include "codegen/kernels/values/MulsDecode.h"
#include "codegen/kernels/values/MulsSigns.h"
#include "codegen/kernels/values/MulsSparse.h"
#include "codegen/kernels/values/MulsTables.h"
#include "codegen/kernels/winograd/MulsWinograd.h"
#include "dialects/kernel/PanelKernels.h"
#include "dialects/kernel/SignProducts.h"
#include "dialects/kernel/SparseKernels.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace dlc::kernels {

namespace {
IntegerKernel mulsWiden(kernel::WidenOp op) {
  if (kernel::areOfSigns(op.getProducts()))
    return textOf(signWidenOf<MulsSignWiden>(op));
  auto kernel = widenToWords<MulsWiden>(op);
  if (!kernel)
    return {};
  kernel->isLess = op.getCombined() && !kernel->isSigned;
  return {kernel->text(), nullptr};
}

IntegerKernel mulsWidenTile(kernel::WidenTileOp op) {
  auto kernel = widenTileToWords<MulsWidenTile>(op);
  if (!kernel)
    return {};
  kernel->isLess = op.getCombined() && !kernel->isSigned;
  return textOf(*kernel);
}

constexpr const char *kNoHighWord = "products have no high word, but limbs";

MulsRescale mulsRescale(kernel::RescaleAttr rescale) {
  return {rescale.getShift(), rescale.getMin(), rescale.getMax(),
          rescale.getLimbs(), rescale.getBits()};
}

/// A rescale, if there is one; false where these cores have none such.
bool takeRescale(std::optional<kernel::RescaleAttr> rescale,
                 std::optional<MulsRescale> &taken) {
  if (rescale && rescale->getLimbs())
    taken = mulsRescale(*rescale);
  return !rescale || rescale->getLimbs();
}

IntegerKernel mulsSigns(kernel::ColumnsOp op) {
  MulsSigns kernel;
  kernel.masked = op.getProducts().getLeft().isSignedInteger(2);
  kernel.steps = static_cast<int64_t>(op.getSteps());
  kernel.unroll = static_cast<int64_t>(op.getUnroll());
  if (!takeRescale(op.getRescale(), kernel.rescale))
    return {"", kNoHighWord};
  return textOf(kernel);
}

/// kernel.columns, or kernel.coded_columns, beside its weights.
template <typename Op> IntegerKernel mulsTile(Op op, MulsColumns kernel) {
  kernel::ProductsAttr products = op.getProducts();
  if (isInteger(products.getLeft(), 8))
    kernel.left = MulsColumns::Left::Bytes;
  kernel.signedLeft = products.getLeft().isSignedInteger();
  kernel.positions = op.getTile().getPositions();
  kernel.columns = op.getTile().getColumns();
  kernel.steps = static_cast<int64_t>(op.getSteps());
  kernel.unroll = static_cast<int64_t>(op.getUnroll());
  kernel.stride = static_cast<int64_t>(op.getStride());
  if (!takeRescale(op.getRescale(), kernel.rescale))
    return {"", kNoHighWord};
  return textOf(kernel);
}

IntegerKernel mulsColumns(kernel::ColumnsOp op) {
  kernel::ProductsAttr products = op.getProducts();
  if (kernel::areOfSigns(products))
    return mulsSigns(op);
  int64_t narrow = narrowBits(products);
  bool pairs = op.getCombined() && products.getRight().isSignedInteger(16);
  if (!areMlaProducts(products) || (!narrow && !pairs && !op.getMoved()))
    return {};
  MulsColumns kernel;
  if (narrow || pairs)
    kernel.bits = products.getRight().getIntOrFloatBitWidth();
  return mulsTile(op, kernel);
}

IntegerKernel mulsCoded(kernel::CodedColumnsOp op) {
  if (!areMlaLeft(op.getProducts()))
    return {};
  MulsColumns kernel;
  kernel.blocks = static_cast<int64_t>(op.getBlocks());
  return mulsTile(op, kernel);
}

IntegerKernel mulsTable(kernel::CodeTableOp op) {
  bool both = isInteger(op.getProducts().getLeft(), 8);
  return {mulsCodeTable(both), nullptr};
}

IntegerKernel mulsSparse(kernel::SparseColumnsOp op) {
  kernel::ProductsAttr products = op.getProducts();
  if (products.getGroup() != 1 || !isInteger(products.getLeft(), 8))
    return {};
  MulsSparse kernel;
  kernel.signedLeft = products.getLeft().isSignedInteger();
  kernel.segments = op.getSegments();
  kernel.coded = op.getCoded();
  kernel.shared = op.getShared();
  if (!takeRescale(op.getRescale(), kernel.rescale))
    return {"", kNoHighWord};
  return {kernel.text(), nullptr};
}

IntegerKernel mulsTables(kernel::TableColumnsOp op) {
  if (op.getTile().getColumns() != 1)
    return {"", "columns' numbers are read one column after the other"};
  MulsTables kernel;
  kernel.shape = tableShape(op);
  kernel.stride = static_cast<int64_t>(op.getStride());
  if (!takeRescale(op.getRescale(), kernel.rescale))
    return {"", kNoHighWord};
  return textOf(kernel);
}

IntegerKernel mulsPlanes(kernel::PlanesOp op) {
  if (!isInteger(op.getFrom(), 8) || op.getTo() != op.getFrom())
    return {};
  auto kernel = planesOf<MulsPlanes>(op);
  kernel.isSigned = op.getFrom().isSignedInteger();
  return {kernel.text(), nullptr};
}

IntegerKernel mulsDepthwise(kernel::DepthwiseOp op) {
  if (!isInteger(op.getLeft(), 8))
    return {};
  if (!op.getRescale().getLimbs())
    return {"", kNoHighWord};
  auto kernel = depthwiseOf<MulsDepthwise>(op);
  kernel.rescale = mulsRescale(op.getRescale());
  return textOf(kernel);
}

IntegerKernel mulsFills(kernel::FillOp op) {
  if (op.getHalfwords())
    return {"", "bytes are filled, not halfwords"};
  return {mulsFill(static_cast<int64_t>(op.getValue())), nullptr};
}

IntegerKernel mulsWinogradInput(kernel::WinogradInputOp op) {
  if (!isInteger(op.getFrom(), 8) || !op.getTo().isSignedInteger())
    return {};
  MulsWinogradInput kernel;
  kernel.channels = static_cast<int64_t>(op.getChannels());
  kernel.pixel = static_cast<int64_t>(op.getPixel());
  kernel.tiles = static_cast<int64_t>(op.getTiles());
  kernel.bytes = op.getTo().getIntOrFloatBitWidth() / 8;
  kernel.isSigned = op.getFrom().isSignedInteger();
  return textOf(kernel);
}

IntegerKernel mulsWinogradColumns(kernel::WinogradColumnsOp op) {
  kernel::ProductsAttr products = op.getProducts();
  if (!products.getLeft().isSignedInteger() ||
      !products.getRight().isSignedInteger(16) || products.getGroup() != 1 ||
      !products.getSum().isInteger(32) ||
      !isInteger(op.getRescale().getStorage(), 8))
    return {};
  if (!op.getRescale().getLimbs())
    return {"", kNoHighWord};
  MulsWinogradColumns kernel;
  kernel.channels = static_cast<int64_t>(op.getChannels());
  kernel.features = static_cast<int64_t>(op.getFeatures());
  kernel.pixel = static_cast<int64_t>(op.getPixel());
  kernel.bytes = products.getLeft().getIntOrFloatBitWidth() / 8;
  kernel.tiles = static_cast<int64_t>(op.getTiles());
  kernel.block = static_cast<int64_t>(op.getBlock());
  kernel.rescale = mulsRescale(op.getRescale());
  return textOf(kernel);
}

} // namespace

IntegerKernel writeArmv6M(kernel::KernelOpInterface kernel) {
  return llvm::TypeSwitch<Operation *, IntegerKernel>(kernel)
      .Case([](kernel::CopyOp op) {
        if (op.getFlipped())
          return IntegerKernel{"", kCopiesOnly};
        return IntegerKernel{mulsCopy(static_cast<int64_t>(op.getBytes())),
                             nullptr};
      })
      .Case(mulsWiden)
      .Case(mulsWidenTile)
      .Case(mulsColumns)
      .Case(mulsCoded)
      .Case(mulsTable)
      .Case(mulsSparse)
      .Case(mulsTables)
      .Case([](kernel::DecodeOp op) {
        return IntegerKernel{
            MulsDecode{static_cast<int64_t>(op.getBits())}.text(), nullptr};
      })
      .Case(mulsPlanes)
      .Case(mulsDepthwise)
      .Case(mulsFills)
      .Case(mulsWinogradInput)
      .Case(mulsWinogradColumns)
      .Default([](Operation *) { return IntegerKernel(); });
}

} // namespace dlc::kernels
