//===- KernelEmitter.cpp - A tile as calls of tile kernels ----------------===//

#include "codegen/loops/NestEmitter.h"
#include "codegen/loops/TileKernel.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;

namespace dlc::loops {

namespace {
constexpr int64_t kBytes = 4; // of float32
} // namespace

Value NestEmitter::byteAddress(const Access &access, const Linear &address) {
  Value start = memref::ExtractAlignedPointerAsIndexOp::create(
      b, loc, access.buffer.flat);
  Value bytes =
      arith::MulIOp::create(b, loc, indexOf(address, 0), index(kBytes));
  return arith::AddIOp::create(b, loc, start, bytes);
}

NestEmitter::Values NestEmitter::callKernel(const TileKernel &kernel,
                                            ValueRange operands) {
  auto module =
      b.getInsertionBlock()->getParentOp()->getParentOfType<ModuleOp>();
  return Values(
      func::CallOp::create(b, loc, declareKernel(module, kernel), operands)
          .getResults());
}

/// The steps of the reduction's innermost dimensions `range` of `dim`; each
/// step of dim's is contiguous in the right operand.
NestEmitter::Values NestEmitter::emitKernelSteps(unsigned dim,
                                                 const Range &range,
                                                 Values accumulators) {
  bool dynamic = range.lowerValue || range.upperValue;
  Value lower = range.lowerValue ? range.lowerValue : index(range.lower);
  Value upper = range.upperValue ? range.upperValue : index(range.upper);
  Value steps = arith::SubIOp::create(b, loc, upper, lower);
  at[dim] = {range.lowerValue, range.lowerValue ? 0 : range.lower};
  unsigned left = schedule.kernelLeft, right = 1 - left;
  bool pairs = schedule.kernel == Schedule::Kernel::Pairs;
  TileKernel kernel = chooseKernel(
      pairs ? TileKernel::Kind::MultiplyPairs : TileKernel::Kind::Multiply,
      positions, block->width, dynamic ? 0 : range.upper - range.lower,
      range.multiple);
  Values operands{byteAddress(nest.inputs[left], addresses[left])};
  const auto &coefficients = addresses[left].coefficients;
  if (pairs || positions > 1)
    operands.push_back(
        index(kBytes * coefficients[pairs ? dim : schedule.blockedDim]));
  operands.push_back(byteAddress(nest.inputs[right], addresses[right]));
  operands.push_back(steps);
  llvm::append_range(operands, accumulators);
  at[dim] = {};
  return callKernel(kernel, operands);
}

/// Every row of the tile starts with the bias.
NestEmitter::Values NestEmitter::loadBias() {
  const Access &access = *nest.epilogueInputs[bias];
  TileKernel kernel{TileKernel::Kind::Load, positions, block->width};
  return callKernel(kernel, byteAddress(access, access.address));
}

/// In place of the bias: x + -0.0 is x, also for x = -0.0, and folds.
Value NestEmitter::nothingToAdd() {
  return arith::ConstantOp::create(b, loc, b.getF32FloatAttr(-0.0F));
}

bool NestEmitter::storeByKernel(ArrayRef<Value> values) {
  const Access &access = nest.outputs.front();
  if (!schedule.usesKernels() || nest.outputs.size() != 1 ||
      !access.buffer.element.isF32() || values.size() < 2 ||
      access.address.coefficients[schedule.vectorDim] != 1)
    return false;
  TileKernel kernel{TileKernel::Kind::Store, positions, block->width};
  Values operands{byteAddress(access, access.address)};
  if (positions > 1)
    operands.push_back(
        index(kBytes * access.address.coefficients[schedule.blockedDim]));
  llvm::append_range(operands, values);
  callKernel(kernel, operands);
  return true;
}

} // namespace dlc::loops
