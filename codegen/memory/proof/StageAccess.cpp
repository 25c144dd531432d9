//===- StageAccess.cpp - What an op of a stage reads or writes ------------===//

#include "codegen/memory/proof/StageAccess.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace dlc::memory {

namespace {

using Accesses = llvm::SmallVector<StageAccess, 2>;

constexpr llvm::StringLiteral kernelName = "dlc.tile_kernel",
                              finishName = "dlc.tile_finish";
constexpr int64_t kKernelElement = 4; // float32

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
    access.elementBytes = llvm::divideCeil(type.getElementTypeBitWidth(), 8);
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

/// What says which kernel a function is; one that finishes a tile stores it and
/// takes what the kernel takes.
DictionaryAttr kernelOf(func::FuncOp function) {
  if (auto kernel = function->getAttrOfType<DictionaryAttr>(kernelName))
    return kernel;
  if (!function->hasAttr(finishName) || function.isExternal())
    return {};
  DictionaryAttr kernel;
  for (auto call : function.getOps<func::CallOp>())
    if (auto callee = SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(
            function, call.getCalleeAttr()))
      kernel = callee->getAttrOfType<DictionaryAttr>(kernelName);
  return kernel;
}

Accesses ofKernel(func::CallOp call) {
  auto callee = SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(
      call, call.getCalleeAttr());
  DictionaryAttr kernel = callee ? kernelOf(callee) : DictionaryAttr();
  if (!kernel)
    return {};
  StringRef kind = kernel.getAs<StringAttr>("kind").getValue();
  int64_t positions = kernel.getAs<IntegerAttr>("positions").getInt();
  int64_t width = kernel.getAs<IntegerAttr>("width").getInt();
  SmallVector<Value, 4> numbers; // addresses, strides, steps
  for (Value operand : call.getOperands())
    if (operand.getType().isIndex())
      numbers.push_back(operand);
  StageAccess first;
  first.memory = numbers.front();
  first.elementBytes = kKernelElement;
  first.elements.known = width;
  if (kind == "load")
    return {first};
  if (kind == "store") {
    first.writes = true;
    first.rows.known = positions;
    if (positions > 1)
      first.stride.value = numbers[1];
    return {first};
  }
  // The right operand: a row of the tile for each step, one behind the other.
  StageAccess right = first;
  right.memory = numbers[numbers.size() - 2];
  right.rows.value = numbers.back();
  right.stride.known = width * kKernelElement;
  if (kind == "multiply") {
    first.rows.known = positions;
    if (positions > 1)
      first.stride.value = numbers[1];
    first.elements.value = numbers.back();
    return {first, right};
  }
  assert(kind == "multiply_pairs" && "all kinds of kernels are known");
  first.rows.value = numbers.back();
  first.stride.value = numbers[1];
  return {first, right};
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
      .Case([](func::CallOp call) { return ofKernel(call); })
      .Default([](Operation *) { return Accesses(); });
}

} // namespace dlc::memory
