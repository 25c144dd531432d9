//===- IntegerKernels.cpp - The instructions of integer kernels -----------===//

#include "codegen/kernels/IntegerKernels.h"
#include "codegen/kernels/DspAssembly.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace dlc::kernels {

namespace {

bool isInteger(Type type, unsigned bits) {
  return type.isSignedInteger(bits) || type.isUnsignedInteger(bits);
}

/// Halfwords times bytes or halfwords, four at a time.
bool areDspProducts(kernel::ProductsAttr products) {
  Type right = products.getRight();
  return products.getLeft().isSignedInteger(16) && products.getGroup() == 4 &&
         products.getSum().isInteger(32) &&
         (isInteger(right, 8) || right.isSignedInteger(16));
}

IntegerKernel dspWiden(kernel::WidenOp op) {
  if (!areDspProducts(op.getProducts()) || !isInteger(op.getFrom(), 8))
    return {};
  DspWiden kernel;
  kernel.positions = static_cast<int64_t>(op.getPositions());
  kernel.isSigned = op.getFrom().isSignedInteger();
  kernel.combined = op.getCombined();
  kernel.aligned = op.getAligned();
  return {kernel.text(), nullptr};
}

IntegerKernel dspColumns(kernel::ColumnsOp op) {
  if (!areDspProducts(op.getProducts()))
    return {};
  Type right = op.getProducts().getRight();
  DspColumns kernel;
  kernel.signedWeights = right.isSignedInteger();
  if (op.getCombined())
    kernel.weights = DspColumns::Weights::Combined;
  else if (isInteger(right, 16))
    kernel.weights = DspColumns::Weights::Halfwords;
  kernel.positions = op.getTile().getPositions();
  kernel.columns = op.getTile().getColumns();
  kernel.steps = static_cast<int64_t>(op.getSteps());
  kernel.unroll = static_cast<int64_t>(op.getUnroll());
  kernel.stride = static_cast<int64_t>(op.getStride());
  if (std::optional<kernel::RescaleAttr> rescale = op.getRescale()) {
    if (!isInteger(rescale->getStorage(), 8))
      return {"", "dsp stores 8 bits"};
    kernel.rescale = {rescale->getStorage().isSignedInteger(),
                      rescale->getShift(), rescale->getMin(),
                      rescale->getMax()};
  }
  if (const char *reason = kernel.whyNot())
    return {"", reason};
  return {kernel.text(), nullptr};
}

IntegerKernel writeDsp(kernel::KernelOpInterface kernel) {
  return llvm::TypeSwitch<Operation *, IntegerKernel>(kernel)
      .Case([](kernel::CopyOp op) {
        return IntegerKernel{dspCopy(static_cast<int64_t>(op.getBytes())),
                             nullptr};
      })
      .Case(dspWiden)
      .Case(dspColumns)
      .Default([](Operation *) { return IntegerKernel(); });
}

struct Writer {
  kernel::InstructionSet set;
  IntegerKernel (*write)(kernel::KernelOpInterface kernel);
};
constexpr Writer kWriters[] = {{kernel::InstructionSet::Dsp, writeDsp}};

} // namespace

IntegerKernel writeIntegerKernel(kernel::KernelOpInterface kernel) {
  for (const Writer &writer : kWriters)
    if (writer.set == kernel.getInstructions().getSet())
      return writer.write(kernel);
  return {};
}

} // namespace dlc::kernels
