//===- KernelArguments.cpp - What LLVM may assume of arguments ------------===//

#include "codegen/ptx/KernelArguments.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;

namespace dlc::ptx {

Value rootOf(Value memory) {
  while (auto cast = memory.getDefiningOp<memref::ReinterpretCastOp>())
    memory = cast.getSource();
  return memory;
}

void collectWritten(Operation *op, llvm::DenseSet<Value> &written) {
  op->walk([&](MemoryEffectOpInterface inner) {
    SmallVector<MemoryEffects::EffectInstance> effects;
    inner.getEffects(effects);
    for (const MemoryEffects::EffectInstance &effect : effects)
      if (isa<MemoryEffects::Write>(effect.getEffect()) && effect.getValue())
        written.insert(rootOf(effect.getValue()));
  });
}

void describeArguments(const Places &places, func::FuncOp stage,
                       gpu::GPUFuncOp kernel, ArrayRef<Value> operands) {
  llvm::DenseSet<Value> written;
  collectWritten(kernel, written);
  UnitAttr yes = UnitAttr::get(kernel.getContext());
  for (unsigned i = 0; i < operands.size(); ++i) {
    if (!written.contains(kernel.getArgument(i)))
      kernel.setArgAttr(i, LLVM::LLVMDialect::getReadonlyAttrName(), yes);
    bool apart = true;
    for (unsigned j = 0; apart && j < operands.size(); ++j)
      apart = i == j || places.areApart(stage, operands[i], operands[j]);
    if (apart)
      kernel.setArgAttr(i, LLVM::LLVMDialect::getNoAliasAttrName(), yes);
  }
}

} // namespace dlc::ptx
