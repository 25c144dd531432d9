//===- Alignment.cpp - Where the runs of an access begin ------------------===//
//
// A thread loads and stores 16 bytes at once where they begin at a multiple of
// 16. Buffers of the device, inputs and outputs among them, begin at multiples
// of 256; parts of them may begin anywhere.
//
//===----------------------------------------------------------------------===//

#include "codegen/loops/gpu/ThreadCode.h"
#include "codegen/loops/nest/ModuleIndex.h"
#include "dialects/arena/ArenaOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include <numeric>

using namespace mlir;

namespace dlc::loops {

namespace {
constexpr int64_t kMost = 256;

/// The largest power of two up to `most` that divides a number.
int64_t powerIn(int64_t number, int64_t most) {
  return std::gcd(std::abs(number), most);
}

/// Of memory as @main has it.
int64_t alignmentInMain(Value memory) {
  if (auto view = memory.getDefiningOp<arena::ViewOp>())
    return powerIn(view.getByteOffset(), alignmentInMain(view.getSource()));
  if (auto cast = memory.getDefiningOp<memref::ReinterpretCastOp>())
    return alignmentInMain(cast.getSource());
  return kMost;
}
} // namespace

int64_t alignmentOfBuffer(const Buffer &buffer, ModuleIndex &module,
                          func::FuncOp stage) {
  Value memory = buffer.flat;
  while (memory)
    if (auto cast = memory.getDefiningOp<memref::ReinterpretCastOp>())
      memory = cast.getSource();
    else
      break;
  auto argument = dyn_cast_or_null<BlockArgument>(memory);
  if (!argument)
    return kMost;
  int64_t least = kMost;
  for (Operation *user : module.usersOf(stage)) {
    auto call = dyn_cast<func::CallOp>(user);
    // Arguments that the stage has got for itself come last.
    if (call && argument.getArgNumber() < call.getNumOperands())
      least = std::min(
          least, alignmentInMain(call.getOperand(argument.getArgNumber())));
  }
  return least;
}

int64_t alignmentOfRuns(const Nest &nest, func::FuncOp stage,
                        const Access &access, int d, int64_t lanes) {
  int64_t bytes = bytesOf(access.buffer.element);
  if (bytes == 0 || !nest.module)
    return 1;
  int64_t alignment = alignmentOfBuffer(access.buffer, *nest.module, stage);
  alignment = powerIn(access.address.constant * bytes, alignment);
  for (auto [i, coefficient] : llvm::enumerate(access.address.coefficients)) {
    int64_t step = static_cast<int>(i) == d ? coefficient * lanes : coefficient;
    alignment = powerIn(step * bytes, alignment);
  }
  return alignment;
}

bool areLanes(const Nest &nest, func::FuncOp stage, const Access &access,
              unsigned d, int64_t lanes) {
  int64_t step = access.address.coefficients[d];
  if (step == 0 || access.buffer.splat || access.buffer.scalar)
    return true;
  int64_t bytes = lanes * bytesOf(access.buffer.element);
  return step == 1 && bytes > 0 &&
         alignmentOfRuns(nest, stage, access, static_cast<int>(d), lanes) >=
             bytes;
}

} // namespace dlc::loops
