//===- FuseProducts.cpp - What is rounded once, what twice
//-----------------===//

#include "codegen/ptx/FuseProducts.h"

#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Operator.h"

using namespace dlc;

/// A product that goes nowhere else and may be rounded with what it goes into;
/// null for any other value.
static llvm::Instruction *product(llvm::Value *value) {
  auto *multiply = llvm::dyn_cast<llvm::Instruction>(value);
  if (!multiply || multiply->getOpcode() != llvm::Instruction::FMul ||
      !multiply->hasOneUse() || !multiply->hasAllowContract())
    return nullptr;
  return multiply;
}

/// The fused form of a sum or difference; null where there is no product.
static llvm::Value *fuse(llvm::Instruction &sum) {
  bool difference = sum.getOpcode() == llvm::Instruction::FSub;
  llvm::IRBuilder<> b(&sum);
  for (unsigned side : {0u, 1u}) {
    llvm::Instruction *multiply = product(sum.getOperand(side));
    if (!multiply)
      continue;
    llvm::Value *factor = multiply->getOperand(0);
    llvm::Value *other = sum.getOperand(1 - side);
    // x y - z and z - x y.
    if (difference && side == 0)
      other = b.CreateFNeg(other);
    if (difference && side == 1)
      factor = b.CreateFNeg(factor);
    return b.CreateIntrinsic(llvm::Intrinsic::fma, {sum.getType()},
                             {factor, multiply->getOperand(1), other});
  }
  return nullptr;
}

void ptx::fuseProducts(llvm::Module &module) {
  for (llvm::Function &function : module)
    for (llvm::BasicBlock &block : function)
      for (llvm::Instruction &instruction : llvm::make_early_inc_range(block)) {
        if ((instruction.getOpcode() != llvm::Instruction::FAdd &&
             instruction.getOpcode() != llvm::Instruction::FSub) ||
            !instruction.hasAllowContract())
          continue;
        llvm::Value *fused = fuse(instruction);
        if (!fused)
          continue;
        instruction.replaceAllUsesWith(fused);
        // The product comes before it.
        for (llvm::Use &operand : instruction.operands())
          if (auto *multiply = product(operand)) {
            instruction.eraseFromParent();
            multiply->eraseFromParent();
            break;
          }
      }
}

void ptx::forbidFusing(llvm::Module &module) {
  for (llvm::Function &function : module)
    for (llvm::BasicBlock &block : function)
      for (llvm::Instruction &instruction : block)
        if (llvm::isa<llvm::FPMathOperator>(instruction) &&
            instruction.hasAllowContract())
          instruction.setHasAllowContract(false);
}
