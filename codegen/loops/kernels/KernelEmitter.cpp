//===- KernelEmitter.cpp - A tile as ops of the kernel dialect ------------===//

#include "codegen/loops/kernels/KernelEmitter.h"
#include "codegen/loops/kernels/Instructions.h"
#include "codegen/loops/kernels/TileKernel.h"
#include "codegen/loops/nest/ModuleIndex.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;

namespace dlc::loops {

namespace {
constexpr int64_t kBytes = 4; // of float32
} // namespace

Value KernelEmitter::byteAddress(const Access &access, const Linear &address) {
  Value start = memref::ExtractAlignedPointerAsIndexOp::create(
      b, loc, access.buffer.flat);
  Value bytes =
      arith::MulIOp::create(b, loc, indexOf(address, 0), index(kBytes));
  return arith::AddIOp::create(b, loc, start, bytes);
}

kernel::TileAttr TileKernelEmitter::tileShape() const {
  return kernel::TileAttr::get(b.getContext(), positions, block->width);
}

kernel::InstructionsAttr KernelEmitter::instructions() const {
  return instructionsOf(nest.module->module());
}

/// The steps of the reduction's innermost dimensions `range` of `dim`; each
/// step of dim's is contiguous in the right operand.
TileKernelEmitter::Values
TileKernelEmitter::reduceInnermost(unsigned dim, const Range &range,
                                   Values accumulators) {
  bool dynamic = range.isDynamic();
  Value lower = range.lowerValue ? range.lowerValue : index(range.lower);
  Value upper = range.upperValue ? range.upperValue : index(range.upper);
  Value steps = arith::SubIOp::create(b, loc, upper, lower);
  at[dim] = {range.lowerValue, range.lowerValue ? 0 : range.lower};
  unsigned leftInput = schedule.left, rightInput = schedule.right;
  bool pairs = schedule.pairs;
  Unrolling unrolling =
      chooseUnrolling(pairs, positions, block->width,
                      dynamic ? 0 : range.upper - range.lower, range.multiple);
  Value left = byteAddress(nest.inputs[leftInput], addresses[leftInput]);
  const auto &coefficients = addresses[leftInput].coefficients;
  Value stride;
  if (pairs || positions > 1)
    stride = index(kBytes * coefficients[pairs ? dim : schedule.blockedDim]);
  Value right = byteAddress(nest.inputs[rightInput], addresses[rightInput]);
  at[dim] = {};
  TypeRange types = ValueRange(accumulators).getTypes();
  kernel::ProductsAttr products = floatProducts(b.getContext());
  if (pairs)
    return Values(kernel::MultiplyPairsOp::create(
                      b, loc, types, left, stride, right, steps, accumulators,
                      tileShape(), products, unrolling.steps, instructions())
                      .getResults());
  return Values(kernel::MultiplyOp::create(b, loc, types, left, stride, right,
                                           steps, accumulators, tileShape(),
                                           products, unrolling.steps,
                                           unrolling.remainder, instructions())
                    .getResults());
}

/// Every row of the tile starts with the bias, if there is one.
TileKernelEmitter::Values TileKernelEmitter::startSums() {
  if (bias < 0)
    return TiledNest::startSums();
  const Access &access = *nest.epilogueInputs[bias];
  SmallVector<Type> types(positions * block->width, b.getF32Type());
  return Values(kernel::LoadOp::create(b, loc, types,
                                       byteAddress(access, access.address),
                                       tileShape(), instructions())
                    .getResults());
}

/// Whether kernels can store the tile's results.
bool TileKernelEmitter::storesByKernel() const {
  const Access &access = nest.outputs.front();
  return nest.outputs.size() == 1 && access.buffer.element.isF32() &&
         positions * block->width > 1 &&
         access.address.coefficients[schedule.vectorDim] == 1;
}

/// The address of the tile's first result, and how many bytes on the next
/// position's are, if there is one.
std::pair<Value, Value> TileKernelEmitter::resultAddress() {
  const Access &access = nest.outputs.front();
  Value address = byteAddress(access, access.address), stride;
  if (positions > 1)
    stride = index(kBytes * access.address.coefficients[schedule.blockedDim]);
  return {address, stride};
}

bool TileKernelEmitter::storeTile(ArrayRef<Value> values) {
  if (!storesByKernel())
    return false;
  auto [address, stride] = resultAddress();
  kernel::StoreOp::create(b, loc, address, stride, values, tileShape(),
                          instructions());
  return true;
}

/// Has one op do the epilogue and store, where it can.
bool TileKernelEmitter::finishTile(ArrayRef<Value> accumulators) {
  if (!storesByKernel() || !finishesTiles(nest, bias))
    return false;
  auto [address, stride] = resultAddress();
  auto finish = kernel::FinishOp::create(b, loc, address, stride, accumulators,
                                         tileShape(), instructions());
  emitFinish(finish.getEpilogue(), nest);
  return true;
}

/// All steps of the product of a row and a block of vectors.
RowEmitter::Values RowEmitter::reduceInnermost(unsigned, const Range &,
                                               Values accumulators) {
  unsigned left = schedule.left, right = schedule.right;
  int64_t steps = 1;
  for (unsigned d : reductionDims)
    steps *= nest.sizes[d];
  Value row = byteAddress(nest.inputs[left], addresses[left]);
  Value columns = byteAddress(nest.inputs[right], addresses[right]);
  return Values(kernel::RowOp::create(
                    b, loc, ValueRange(accumulators).getTypes(), row, columns,
                    accumulators, floatProducts(b.getContext()), steps,
                    instructions())
                    .getResults());
}

} // namespace dlc::loops
