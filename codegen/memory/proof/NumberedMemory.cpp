//===- NumberedMemory.cpp - Memory that holds numbers of elements ---------===//

#include "codegen/memory/proof/NumberedMemory.h"
#include "dialects/arena/ArenaOps.h"
#include "dialects/interfaces/StoredSize.h"
#include "llvm/Support/MathExtras.h"
#include <numeric>

using namespace mlir;

namespace dlc::memory {

NumberedMemory::NumberedMemory(func::FuncOp main, int64_t arenaBytes) {
  for (BlockArgument argument : main.getArguments()) {
    auto type = cast<MemRefType>(argument.getType());
    bits.push_back(8 *
                   (type.hasStaticShape() ? storedBytes(type) : arenaBytes));
  }
  // Memory is looked at in grains, the largest that everything is made of.
  main.walk([&](Operation *op) {
    for (Type type : op->getResultTypes())
      coarsen(type);
    if (auto buffer = dyn_cast<arena::BufferOp>(op))
      grain = std::gcd(grain, 8 * int64_t(buffer.getOffset().value_or(0)));
    if (auto view = dyn_cast<arena::ViewOp>(op))
      grain = std::gcd(grain, 8 * int64_t(view.getByteOffset()));
  });
  for (BlockArgument argument : main.getArguments().drop_back())
    coarsen(argument.getType());
  for (int64_t size : bits) {
    numbers.emplace_back(llvm::divideCeil(size, grain), Unwritten);
    writers.emplace_back(llvm::divideCeil(size, grain), 0);
  }
}

std::optional<MemoryRegion> NumberedMemory::regionOf(Value value) const {
  MemoryRegion region;
  auto type = cast<MemRefType>(value.getType());
  SmallVector<int64_t> strides;
  int64_t offset = 0;
  if (!type.hasStaticShape() ||
      failed(type.getStridesAndOffset(strides, offset)) ||
      llvm::is_contained(strides, ShapedType::kDynamic) ||
      ShapedType::isDynamic(offset))
    return std::nullopt;
  region.elementBits = storedBits(type.getElementType());
  region.shape = llvm::to_vector(type.getShape());
  for (int64_t stride : strides)
    region.strides.push_back(stride * region.elementBits);
  region.offset = offset * region.elementBits;
  for (;;) {
    if (auto argument = dyn_cast<BlockArgument>(value)) {
      region.storage = argument.getArgNumber();
      return region;
    }
    Operation *op = value.getDefiningOp();
    if (auto buffer = dyn_cast<arena::BufferOp>(op)) {
      if (!buffer.getOffset())
        return std::nullopt;
      region.storage = bits.size() - 1;
      region.offset += 8 * *buffer.getOffset();
      return region;
    }
    if (auto view = dyn_cast<arena::ViewOp>(op)) {
      region.offset += 8 * view.getByteOffset();
      value = view.getSource();
    } else if (isa<memref::ReinterpretCastOp, memref::CastOp,
                   memref::CollapseShapeOp, memref::ExpandShapeOp>(op)) {
      value = op->getOperand(0);
    } else if (auto global = dyn_cast<memref::GetGlobalOp>(op)) {
      region.constant = global;
      return region;
    } else {
      return std::nullopt;
    }
  }
}

void NumberedMemory::coarsen(Type type) {
  if (auto memref = dyn_cast<MemRefType>(type))
    grain = std::gcd(grain, storedBits(memref.getElementType()));
}

} // namespace dlc::memory
