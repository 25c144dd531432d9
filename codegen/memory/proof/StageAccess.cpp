//===- StageAccess.cpp - What an op of a stage reads or writes ------------===//

#include "codegen/memory/proof/StageAccess.h"
#include "dialects/interfaces/StoredSize.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace dlc::memory {

namespace {

using Accesses = llvm::SmallVector<StageAccess, 2>;

Accesses ofElements(Value memory, ValueRange indices, int64_t elements,
                    bool writes, Value mask = {}) {
  StageAccess access;
  access.memory = memory;
  access.indices = indices;
  access.writes = writes;
  access.elements.known = elements;
  // Memory of indices is nobody's operand or result.
  auto type = cast<MemRefType>(memory.getType());
  if (type.getElementType().isIntOrFloat())
    access.elementBits = storedBits(type.getElementType());
  access.mask = mask;
  // A folded one leaves a number of elements that is known.
  DenseIntElementsAttr lanes;
  if (mask && matchPattern(mask, m_Constant(&lanes))) {
    auto on = llvm::to_vector(lanes.getValues<bool>());
    int64_t count = llvm::find(on, false) - on.begin();
    if (llvm::count(on, true) == count) {
      access.elements.known = count;
      access.mask = nullptr;
    }
  }
  return {access};
}

Accesses ofKernel(kernel::KernelOpInterface kernel) {
  Accesses accesses;
  for (const kernel::Access &access : kernel.getAccesses()) {
    StageAccess own;
    own.memory = access.address;
    own.writes = access.writes;
    own.rows = access.rows;
    own.stride = access.stride;
    own.elements = access.elements;
    own.elementBits = access.elementBits;
    accesses.push_back(own);
  }
  return accesses;
}

} // namespace

bool StageAccess::isAddress() const { return memory.getType().isIndex(); }

Accesses accessesOf(Operation *op) {
  auto lanes = [](auto access) {
    return access.getVectorType().getNumElements();
  };
  return llvm::TypeSwitch<Operation *, Accesses>(op)
      .Case([](memref::LoadOp load) {
        return ofElements(load.getMemRef(), load.getIndices(), 1, false);
      })
      .Case([](memref::StoreOp store) {
        return ofElements(store.getMemRef(), store.getIndices(), 1, true);
      })
      .Case([&](vector::LoadOp load) {
        return ofElements(load.getBase(), load.getIndices(), lanes(load),
                          false);
      })
      .Case([&](vector::StoreOp store) {
        return ofElements(store.getBase(), store.getIndices(), lanes(store),
                          true);
      })
      .Case([&](vector::MaskedLoadOp load) {
        return ofElements(load.getBase(), load.getIndices(), lanes(load), false,
                          load.getMask());
      })
      .Case([&](vector::MaskedStoreOp store) {
        return ofElements(store.getBase(), store.getIndices(), lanes(store),
                          true, store.getMask());
      })
      .Case([](kernel::KernelOpInterface op) { return ofKernel(op); })
      .Default([](Operation *) { return Accesses(); });
}

} // namespace dlc::memory
