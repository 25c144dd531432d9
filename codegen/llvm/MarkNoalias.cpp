//===- MarkNoalias.cpp - Arguments of stages that nothing overlaps --------===//

#include "codegen/llvm/Passes.h"
#include "dialects/interfaces/StoredSize.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Interfaces/ViewLikeInterface.h"

namespace dlc::llvmgen {
#define GEN_PASS_DEF_MARKNOALIAS
#include "codegen/llvm/Passes.h.inc"
} // namespace dlc::llvmgen

using namespace mlir;
using namespace dlc;

namespace {

/// The bytes that a memref may touch: [begin, end) of the memory of `base`.
/// The end is INT64_MAX where it is not known.
struct Region {
  Value base;
  StringRef global;
  int64_t begin = 0, end = INT64_MAX;

  bool overlaps(const Region &other) const {
    if (!global.empty() || !other.global.empty())
      return global == other.global;
    return base == other.base && begin < other.end && other.begin < end;
  }
};

/// Bytes from the first to after the last element of a static memref, counted
/// from where its offset points.
static std::optional<int64_t> extent(MemRefType type) {
  int64_t offset;
  SmallVector<int64_t> strides;
  if (!type.hasStaticShape() ||
      failed(type.getStridesAndOffset(strides, offset)))
    return std::nullopt;
  int64_t last = 0;
  for (auto [size, stride] : llvm::zip(type.getShape(), strides)) {
    if (ShapedType::isDynamic(stride))
      return std::nullopt;
    last += (size - 1) * stride;
  }
  return storedBytes(type.getElementType(), last + 1);
}

/// Follows views down to a function argument, a global or an allocation.
static Region regionOf(Value value) {
  Region region;
  std::optional<int64_t> size = extent(cast<MemRefType>(value.getType()));
  std::optional<int64_t> begin = 0;
  while (Operation *op = value.getDefiningOp()) {
    auto type = cast<MemRefType>(value.getType());
    if (auto get = dyn_cast<memref::GetGlobalOp>(op)) {
      region.global = get.getName();
      return region;
    }
    if (auto view = dyn_cast<memref::ViewOp>(op)) {
      std::optional<int64_t> shift = getConstantIntValue(view.getByteShift());
      begin = begin && shift ? std::optional(*begin + *shift) : std::nullopt;
      value = view.getSource();
      continue;
    }
    auto view = dyn_cast<ViewLikeOpInterface>(op);
    if (!view)
      break;
    // Offsets of memref types are counted from the base of the buffer.
    int64_t offset;
    SmallVector<int64_t> strides;
    if (failed(type.getStridesAndOffset(strides, offset)) ||
        ShapedType::isDynamic(offset))
      begin = std::nullopt;
    else if (begin && !isa<memref::ViewOp>(op))
      begin = *begin + offset * storedBits(type.getElementType()) / 8;
    value = view.getViewSource();
    // Only the outermost view's type says the offset from the base: those
    // below would count it twice.
    while (Operation *below = value.getDefiningOp()) {
      auto inner = dyn_cast<ViewLikeOpInterface>(below);
      if (!inner || isa<memref::ViewOp>(below))
        break;
      value = inner.getViewSource();
    }
  }
  region.base = value;
  if (begin && size) {
    region.begin = *begin;
    region.end = *begin + *size;
  }
  return region;
}

struct MarkNoaliasPass : dlc::llvmgen::impl::MarkNoaliasBase<MarkNoaliasPass> {
  using MarkNoaliasBase::MarkNoaliasBase;

  void runOnOperation() override {
    // By callee: the arguments that some call gives overlapping memory.
    llvm::MapVector<StringAttr, llvm::BitVector> shared;
    getOperation().walk([&](func::CallOp call) {
      auto &overlapping = shared[call.getCalleeAttr().getAttr()];
      overlapping.resize(call.getNumOperands());
      SmallVector<std::optional<Region>> regions;
      for (Value operand : call.getOperands())
        regions.push_back(isa<MemRefType>(operand.getType())
                              ? std::optional(regionOf(operand))
                              : std::nullopt);
      for (size_t i = 0; i < regions.size(); ++i)
        for (size_t j = 0; j < i; ++j)
          if (regions[i] && regions[j] && regions[i]->overlaps(*regions[j])) {
            overlapping.set(i);
            overlapping.set(j);
          }
    });
    SymbolTable symbols(getOperation());
    for (auto &[name, overlapping] : shared) {
      auto callee = symbols.lookup<func::FuncOp>(name.getValue());
      if (!callee || callee.isPublic())
        continue;
      for (BlockArgument argument : callee.getArguments())
        if (isa<MemRefType>(argument.getType()) &&
            !overlapping.test(argument.getArgNumber()))
          callee.setArgAttr(argument.getArgNumber(),
                            LLVM::LLVMDialect::getNoAliasAttrName(),
                            UnitAttr::get(&getContext()));
    }
  }
};

} // namespace
