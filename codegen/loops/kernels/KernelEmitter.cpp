//===- KernelEmitter.cpp - A tile as calls of tile kernels ----------------===//

#include "codegen/loops/blocks/NestEmitter.h"
#include "codegen/loops/kernels/RowKernel.h"
#include "codegen/loops/kernels/TileKernel.h"
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
  return Values(func::CallOp::create(
                    b, loc, declareKernel(*nest.module, kernel), operands)
                    .getResults());
}

/// All steps of the product of a row and a block of vectors.
NestEmitter::Values NestEmitter::emitRowSteps(Values accumulators) {
  unsigned left = schedule.kernelLeft, right = 1 - left;
  int64_t steps = 1;
  for (unsigned d : reductionDims)
    steps *= nest.sizes[d];
  RowKernel kernel{static_cast<int64_t>(block->pieces.size()),
                   block->pieces.front().lanes, steps};
  Values operands{byteAddress(nest.inputs[left], addresses[left]),
                  byteAddress(nest.inputs[right], addresses[right])};
  llvm::append_range(operands, accumulators);
  return Values(func::CallOp::create(
                    b, loc, declareRowKernel(*nest.module, kernel), operands)
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

/// Whether kernels can store the tile's results.
bool NestEmitter::storesByKernel() const {
  const Access &access = nest.outputs.front();
  return schedule.usesTiles() && nest.outputs.size() == 1 &&
         access.buffer.element.isF32() && positions * block->width > 1 &&
         access.address.coefficients[schedule.vectorDim] == 1;
}

void NestEmitter::storeByKernel(func::FuncOp function, ArrayRef<Value> values) {
  const Access &access = nest.outputs.front();
  Values operands{byteAddress(access, access.address)};
  if (positions > 1)
    operands.push_back(
        index(kBytes * access.address.coefficients[schedule.blockedDim]));
  llvm::append_range(operands, values);
  func::CallOp::create(b, loc, function, operands);
}

TileKernel NestEmitter::storeKernel() const {
  return {TileKernel::Kind::Store, positions, block->width};
}

/// Gives the accumulators to a function that does the epilogue and stores.
bool NestEmitter::finishByFunction(ArrayRef<Value> accumulators) {
  if (!storesByKernel())
    return false;
  func::FuncOp function = declareFinish(nest, storeKernel(), bias);
  if (function)
    storeByKernel(function, accumulators);
  return function != nullptr;
}

} // namespace dlc::loops
