//===- IntegerKernels.cpp - The instructions of integer kernels -----------===//

#include "codegen/kernels/IntegerKernels.h"
#include "codegen/kernels/DspAssembly.h"
#include "codegen/kernels/DspPlanes.h"
#include "codegen/kernels/IntegerKernelParts.h"
#include "codegen/kernels/MveAssembly.h"
#include "codegen/kernels/core/MlaAssembly.h"
#include "codegen/kernels/core/MlaPlanes.h"
#include "codegen/kernels/core/MulsKernels.h"
#include "codegen/kernels/values/ArmCoded.h"
#include "codegen/kernels/values/ArmSigns.h"
#include "codegen/kernels/values/ArmSparse.h"
#include "codegen/kernels/winograd/ArmWinograd.h"
#include "dialects/kernel/CodedKernels.h"
#include "dialects/kernel/SignProducts.h"
#include "dialects/kernel/SparseKernels.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace dlc::kernels {

namespace {

/// Times narrow weights, codes, bytes or halfwords, four at a time.
bool areDspGroups(kernel::ProductsAttr products) {
  Type right = products.getRight();
  return products.getGroup() == 4 && products.getSum().isInteger(32) &&
         (narrowBits(products) || kernel::areWithCodes(products) ||
          isInteger(right, 8) || right.isSignedInteger(16));
}

/// Of halfwords.
bool areDspProducts(kernel::ProductsAttr products) {
  return areDspGroups(products) && products.getLeft().isSignedInteger(16);
}

/// Of bytes as they lie.
bool areDspBytes(kernel::ProductsAttr products) {
  return areDspGroups(products) && isInteger(products.getLeft(), 8) &&
         !narrowBits(products) && !kernel::areWithCodes(products);
}

template <typename Op> DspWiden widenOf(Op op) {
  DspWiden kernel;
  kernel.positions = static_cast<int64_t>(op.getPositions());
  kernel.isSigned = op.getFrom().isSignedInteger();
  kernel.halfwords = isInteger(op.getFrom(), 16);
  kernel.combined = op.getCombined();
  kernel.aligned = op.getAligned();
  return kernel;
}

bool isDspLeft(Type from) { return isInteger(from, 8) || isInteger(from, 16); }

IntegerKernel dspWiden(kernel::WidenOp op) {
  if (kernel::areOfSigns(op.getProducts()))
    return {signWidenOf<ArmSignWiden>(op).text(), nullptr};
  if (!areDspProducts(op.getProducts()) || !isDspLeft(op.getFrom()))
    return {};
  return {widenOf(op).text(), nullptr};
}

IntegerKernel dspWidenTile(kernel::WidenTileOp op) {
  if (!areDspProducts(op.getProducts()) || !isDspLeft(op.getFrom()))
    return {};
  DspWidenTile kernel{widenOf(op), static_cast<int64_t>(op.getGroups()),
                      static_cast<int64_t>(op.getStride())};
  return {kernel.text(), nullptr};
}

IntegerKernel armSigns(kernel::ColumnsOp op, bool sumsBytes) {
  ArmSigns kernel;
  kernel.masked = op.getProducts().getLeft().isSignedInteger(2);
  kernel.sumsBytes = sumsBytes;
  return armColumns(op, kernel);
}

/// Of bytes, or of what SMLAD takes.
IntegerKernel armSparse(kernel::SparseColumnsOp op, bool isDsp) {
  kernel::ProductsAttr products = op.getProducts();
  ArmSparse kernel;
  kernel.group = products.getGroup();
  bool bytes = kernel.group == 1 && isInteger(products.getLeft(), 8);
  if (!bytes && !(isDsp && areDspProducts(products)))
    return {};
  kernel.signedLeft = products.getLeft().isSignedInteger();
  kernel.highWordAdds = isDsp;
  kernel.segments = op.getSegments();
  kernel.coded = op.getCoded();
  kernel.shared = op.getShared();
  if (std::optional<kernel::RescaleAttr> rescale = op.getRescale()) {
    if (rescale->getLimbs())
      return {"", kNoLimbs};
    kernel.rescale = armRescale(*rescale);
  }
  return textOf(kernel);
}

IntegerKernel dspColumns(kernel::ColumnsOp op) {
  if (kernel::areOfSigns(op.getProducts()))
    return armSigns(op, /*sumsBytes=*/true);
  bool bytes = areDspBytes(op.getProducts());
  if (!bytes && !areDspProducts(op.getProducts()))
    return {};
  if (int64_t bits = narrowBits(op.getProducts())) {
    DspNarrowColumns kernel;
    kernel.bits = bits;
    return armColumns(op, kernel);
  }
  DspColumns kernel;
  kernel.bytes = bytes;
  kernel.signedLeft = op.getProducts().getLeft().isSignedInteger();
  if (op.getCombined())
    kernel.weights = DspColumns::Weights::Combined;
  else if (isInteger(op.getProducts().getRight(), 16))
    kernel.weights = DspColumns::Weights::Halfwords;
  return armColumns(op, kernel);
}

IntegerKernel dspCoded(kernel::CodedColumnsOp op) {
  if (!op.getProducts().getLeft().isSignedInteger(16) ||
      op.getProducts().getGroup() != 4)
    return {};
  return armColumns(op, DspCoded());
}

IntegerKernel armCopy(kernel::CopyOp op) {
  if (op.getFlipped())
    return {"", kCopiesOnly};
  return {dspCopy(static_cast<int64_t>(op.getBytes())), nullptr};
}

IntegerKernel armFill(kernel::FillOp op) {
  if (op.getHalfwords())
    return {"", "bytes are filled, not halfwords"};
  return {dspFill(static_cast<int64_t>(op.getValue())), nullptr};
}

IntegerKernel dspPlanes(kernel::PlanesOp op) {
  if (!isDspLeft(op.getFrom()) || !op.getTo().isSignedInteger(16))
    return {};
  auto kernel = planesOf<DspPlanes>(op);
  kernel.halfwords = isInteger(op.getFrom(), 16);
  kernel.isSigned = op.getFrom().isSignedInteger();
  return textOf(kernel);
}

IntegerKernel dspDepthwise(kernel::DepthwiseOp op) {
  if (!op.getLeft().isSignedInteger(16))
    return {};
  if (op.getRescale().getLimbs())
    return {"", kNoLimbs};
  auto kernel = depthwiseOf<DspDepthwise>(op);
  kernel.rescale = armRescale(op.getRescale());
  return textOf(kernel);
}

ArmWinogradInput winogradInput(kernel::WinogradInputOp op) {
  ArmWinogradInput kernel;
  kernel.channels = static_cast<int64_t>(op.getChannels());
  kernel.pixel = static_cast<int64_t>(op.getPixel());
  kernel.tiles = static_cast<int64_t>(op.getTiles());
  kernel.bytes = op.getTo().getIntOrFloatBitWidth() / 8;
  kernel.isSigned = op.getFrom().isSignedInteger();
  return kernel;
}

IntegerKernel dspWinogradInput(kernel::WinogradInputOp op) {
  if (!isInteger(op.getFrom(), 8) || !op.getTo().isSignedInteger(16))
    return {};
  return textOf(winogradInput(op));
}

IntegerKernel winogradFilters(kernel::WinogradFiltersOp op,
                              ArmWinogradFilters::Lanes lanes) {
  return textOf(
      ArmWinogradFilters{lanes, static_cast<int64_t>(op.getFilters())});
}

template <typename Kernel>
IntegerKernel winogradColumns(kernel::WinogradColumnsOp op) {
  if (!op.getProducts().getRight().isSignedInteger(16) ||
      !isInteger(op.getRescale().getStorage(), 8))
    return {};
  Kernel kernel;
  kernel.channels = static_cast<int64_t>(op.getChannels());
  kernel.features = static_cast<int64_t>(op.getFeatures());
  kernel.pixel = static_cast<int64_t>(op.getPixel());
  kernel.halfwords = op.getProducts().getLeft().isSignedInteger(16);
  kernel.tiles = static_cast<int64_t>(op.getTiles());
  kernel.block = static_cast<int64_t>(op.getBlock());
  kernel.rescale = armRescale(op.getRescale());
  return textOf(kernel);
}

IntegerKernel dspWinogradColumns(kernel::WinogradColumnsOp op) {
  if (!areDspProducts(op.getProducts()))
    return {};
  return winogradColumns<DspWinograd>(op);
}

IntegerKernel writeDsp(kernel::KernelOpInterface kernel) {
  return llvm::TypeSwitch<Operation *, IntegerKernel>(kernel)
      .Case(armCopy)
      .Case(dspWiden)
      .Case(dspWidenTile)
      .Case(dspColumns)
      .Case([](kernel::SparseColumnsOp op) { return armSparse(op, true); })
      .Case([](kernel::TableColumnsOp op) { return armTables(op, true); })
      .Case(dspCoded)
      .Case([](kernel::CodeTableOp) {
        return IntegerKernel{armCodeTable(/*halfwords=*/true), nullptr};
      })
      .Case(dspPlanes)
      .Case(dspDepthwise)
      .Case(armFill)
      .Case(dspWinogradInput)
      .Case([](kernel::WinogradFiltersOp op) {
        return winogradFilters(op, ArmWinogradFilters::Lanes::Pairs);
      })
      .Case(dspWinogradColumns)
      .Default([](Operation *) { return IntegerKernel(); });
}

IntegerKernel mlaWiden(kernel::WidenOp op) {
  if (kernel::areOfSigns(op.getProducts()))
    return {signWidenOf<ArmSignWiden>(op).text(), nullptr};
  auto kernel = widenToWords<MlaWiden>(op);
  return kernel ? IntegerKernel{kernel->text(), nullptr} : IntegerKernel();
}

IntegerKernel mlaWidenTile(kernel::WidenTileOp op) {
  auto kernel = widenTileToWords<MlaWidenTile>(op);
  return kernel ? IntegerKernel{kernel->text(), nullptr} : IntegerKernel();
}

IntegerKernel mlaColumns(kernel::ColumnsOp op) {
  kernel::ProductsAttr products = op.getProducts();
  if (kernel::areOfSigns(products))
    return armSigns(op, /*sumsBytes=*/false);
  if (!areMlaProducts(products) || op.getCombined() || op.getMoved())
    return {};
  if (int64_t bits = narrowBits(products)) {
    MlaNarrowColumns kernel;
    if (isInteger(products.getLeft(), 32))
      kernel.left = MlaNarrowColumns::Left::Words;
    kernel.signedLeft = products.getLeft().isSignedInteger();
    kernel.bits = bits;
    return armColumns(op, kernel);
  }
  MlaColumns kernel;
  if (isInteger(products.getLeft(), 8))
    kernel.left = MlaColumns::Left::Bytes;
  kernel.signedLeft = products.getLeft().isSignedInteger();
  kernel.halfwords = isInteger(products.getRight(), 16);
  return armColumns(op, kernel);
}

IntegerKernel mlaCoded(kernel::CodedColumnsOp op) {
  if (!areMlaLeft(op.getProducts()))
    return {};
  MlaCoded kernel;
  kernel.words = isInteger(op.getProducts().getLeft(), 32);
  kernel.signedLeft = op.getProducts().getLeft().isSignedInteger();
  return armColumns(op, kernel);
}

IntegerKernel mlaPlanes(kernel::PlanesOp op) {
  if (!isInteger(op.getFrom(), 8) || op.getTo() != op.getFrom())
    return {};
  return {planesOf<MlaPlanes>(op).text(), nullptr};
}

IntegerKernel mlaDepthwise(kernel::DepthwiseOp op) {
  if (!isInteger(op.getLeft(), 8) ||
      !isInteger(op.getRescale().getStorage(), 8))
    return {};
  if (op.getRescale().getLimbs())
    return {"", kNoLimbs};
  auto kernel = depthwiseOf<MlaDepthwise>(op);
  kernel.isSigned = op.getLeft().isSignedInteger();
  kernel.rescale = armRescale(op.getRescale());
  return textOf(kernel);
}

/// Halfwords, or words where several tiles lie side by side.
bool areMlaPoints(Type type, uint64_t tiles) {
  return type.isSignedInteger(16) || (tiles > 1 && type.isSignedInteger(32));
}

IntegerKernel mlaWinogradInput(kernel::WinogradInputOp op) {
  if (!isInteger(op.getFrom(), 8) || !areMlaPoints(op.getTo(), op.getTiles()))
    return {};
  ArmWinogradInput kernel = winogradInput(op);
  kernel.lanes = ArmWinogradInput::Lanes::Single;
  return textOf(kernel);
}

IntegerKernel mlaWinogradColumns(kernel::WinogradColumnsOp op) {
  kernel::ProductsAttr products = op.getProducts();
  if (!areMlaPoints(products.getLeft(), op.getTiles()) ||
      products.getGroup() != 1 || !products.getSum().isInteger(32))
    return {};
  return winogradColumns<MlaWinograd>(op);
}

IntegerKernel writeArmv7M(kernel::KernelOpInterface kernel) {
  return llvm::TypeSwitch<Operation *, IntegerKernel>(kernel)
      .Case(armCopy)
      .Case(armFill)
      .Case(mlaWinogradInput)
      .Case([](kernel::WinogradFiltersOp op) {
        return winogradFilters(op, ArmWinogradFilters::Lanes::Single);
      })
      .Case(mlaWinogradColumns)
      .Case(mlaWiden)
      .Case(mlaWidenTile)
      .Case(mlaColumns)
      .Case([](kernel::SparseColumnsOp op) { return armSparse(op, false); })
      .Case([](kernel::TableColumnsOp op) { return armTables(op, false); })
      .Case(mlaCoded)
      .Case([](kernel::CodeTableOp) {
        return IntegerKernel{armCodeTable(/*halfwords=*/false), nullptr};
      })
      .Case(mlaPlanes)
      .Case(mlaDepthwise)
      .Default([](Operation *) { return IntegerKernel(); });
}

/// Signed bytes, sixteen at a time.
bool areMveProducts(kernel::ProductsAttr products) {
  return products.getLeft().isSignedInteger(8) &&
         products.getRight().isSignedInteger(8) &&
         products.getSum().isInteger(32) && products.getGroup() == 16;
}

/// Signed halfwords and bytes, eight at a time.
bool areMveHalfwords(kernel::ProductsAttr products) {
  return products.getLeft().isSignedInteger(16) &&
         products.getRight().isSignedInteger(8) &&
         products.getSum().isInteger(32) && products.getGroup() == 8;
}

MveRescale mveRescale(kernel::RescaleAttr rescale) {
  return {rescale.getStorage().isSignedInteger(), rescale.getShift(),
          rescale.getMin(), rescale.getMax(), rescale.isWide() ? 16 : 8};
}

constexpr const char *kMveStores = "mve stores 8 bits";

IntegerKernel mveInterleave(kernel::InterleaveOp op) {
  MveInterleave kernel;
  kernel.channels = static_cast<int64_t>(op.getChannels());
  kernel.rows = static_cast<int64_t>(op.getRows());
  kernel.pitch = static_cast<int64_t>(op.getPitch());
  kernel.columns = static_cast<int64_t>(op.getColumns());
  kernel.spacing = static_cast<int64_t>(op.getSpacing());
  return textOf(kernel);
}

IntegerKernel mveFilter(kernel::FilterOp op) {
  if (!areMveProducts(op.getProducts()))
    return {};
  if (!isInteger(op.getRescale().getStorage(), 8))
    return {"", kMveStores};
  MveFilter kernel;
  kernel.channels = static_cast<int64_t>(op.getChannels());
  kernel.taps = static_cast<int64_t>(op.getTaps());
  kernel.step = static_cast<int64_t>(op.getStep());
  kernel.results = static_cast<int64_t>(op.getResults());
  kernel.spacing = static_cast<int64_t>(op.getSpacing());
  kernel.stride = static_cast<int64_t>(op.getStride());
  kernel.rescale = mveRescale(op.getRescale());
  return textOf(kernel);
}

IntegerKernel mveCopyOf(kernel::CopyOp op) {
  if (op.getBytes() != 4 && op.getBytes() != 8)
    return {"", "mve copies pieces of 4 or 8 bytes"};
  return {mveCopy(static_cast<int64_t>(op.getBytes()), op.getFlipped()),
          nullptr};
}

IntegerKernel mveWindows(kernel::WindowsOp op) {
  const bool halfwords = areMveHalfwords(op.getProducts());
  if (!halfwords && !areMveProducts(op.getProducts()))
    return {};
  MveWindows kernel;
  kernel.halfwords = halfwords;
  kernel.positions = op.getTile().getPositions();
  kernel.columns = op.getTile().getColumns();
  kernel.features = static_cast<int64_t>(op.getFeatures());
  kernel.rows = static_cast<int64_t>(op.getRows());
  kernel.pitch = static_cast<int64_t>(op.getPitch());
  kernel.order = kernel::orderOfGroups(op.getGroups(),
                                       static_cast<int64_t>(op.getApart()));
  kernel.natural = op.getApart() == 1;
  kernel.step = static_cast<int64_t>(op.getStep());
  kernel.stride = static_cast<int64_t>(op.getStride());
  if (std::optional<kernel::RescaleAttr> rescale = op.getRescale())
    kernel.rescale = mveRescale(*rescale);
  return textOf(kernel);
}

IntegerKernel writeMve(kernel::KernelOpInterface kernel) {
  return llvm::TypeSwitch<Operation *, IntegerKernel>(kernel)
      .Case([](kernel::MoveOp op) {
        return IntegerKernel{mveMove(op.getFlipped(), op.getHalfwords()),
                             nullptr};
      })
      .Case([](kernel::FillOp op) {
        return IntegerKernel{
            mveFill(static_cast<int64_t>(op.getValue()), op.getHalfwords()),
            nullptr};
      })
      .Case(mveCopyOf)
      .Case(mveWindows)
      .Case(mveInterleave)
      .Case(mveFilter)
      .Default([](Operation *) { return IntegerKernel(); });
}

struct Writer {
  kernel::InstructionSet set;
  IntegerKernel (*write)(kernel::KernelOpInterface kernel);
};
constexpr Writer kWriters[] = {{kernel::InstructionSet::Dsp, writeDsp},
                               {kernel::InstructionSet::Mve, writeMve},
                               {kernel::InstructionSet::Armv7M, writeArmv7M},
                               {kernel::InstructionSet::Armv6M, writeArmv6M}};

} // namespace

IntegerKernel writeIntegerKernel(kernel::KernelOpInterface kernel) {
  for (const Writer &writer : kWriters)
    if (writer.set == kernel.getInstructions().getSet())
      return writer.write(kernel);
  return {};
}

} // namespace dlc::kernels
