//===- WidenHalves.cpp - Arithmetic on halves in float32 ------------------===//

#include "codegen/ptx/WidenHalves.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Operator.h"

using namespace dlc;

static bool isHalf(const llvm::Value *value) {
  return value->getType()->getScalarType()->isHalfTy();
}

/// Arithmetic, comparisons and functions of halves; not what converts, moves
/// or selects them.
static bool isArithmetic(const llvm::Instruction &instruction) {
  if (llvm::isa<llvm::FCmpInst>(instruction))
    return isHalf(instruction.getOperand(0));
  if (!isHalf(&instruction))
    return false;
  if (auto *call = llvm::dyn_cast<llvm::IntrinsicInst>(&instruction))
    return llvm::all_of(call->args(),
                        [](const llvm::Use &use) { return isHalf(use.get()); });
  return instruction.isBinaryOp() ||
         instruction.getOpcode() == llvm::Instruction::FNeg;
}

static llvm::Type *wideType(llvm::Type *type) {
  llvm::Type *wide = llvm::Type::getFloatTy(type->getContext());
  if (auto *vector = llvm::dyn_cast<llvm::VectorType>(type))
    return llvm::VectorType::get(wide, vector->getElementCount());
  return wide;
}

static void widen(llvm::Instruction &instruction) {
  llvm::IRBuilder<> b(&instruction);
  llvm::SmallVector<llvm::Value *> operands;
  auto *call = llvm::dyn_cast<llvm::IntrinsicInst>(&instruction);
  unsigned count = call ? call->arg_size() : instruction.getNumOperands();
  for (unsigned i = 0; i < count; ++i) {
    llvm::Value *operand = instruction.getOperand(i);
    operands.push_back(b.CreateFPExt(operand, wideType(operand->getType())));
  }
  llvm::Value *result;
  if (auto *compare = llvm::dyn_cast<llvm::FCmpInst>(&instruction)) {
    result = b.CreateFCmp(compare->getPredicate(), operands[0], operands[1]);
  } else {
    llvm::Type *type = wideType(instruction.getType());
    if (call)
      result = b.CreateIntrinsic(call->getIntrinsicID(), {type}, operands);
    else if (instruction.isBinaryOp())
      result = b.CreateBinOp(
          llvm::cast<llvm::BinaryOperator>(instruction).getOpcode(),
          operands[0], operands[1]);
    else
      result = b.CreateFNeg(operands[0]);
    result = b.CreateFPTrunc(result, instruction.getType());
  }
  instruction.replaceAllUsesWith(result);
  instruction.eraseFromParent();
}

void ptx::widenHalves(llvm::Module &module) {
  for (llvm::Function &function : module)
    for (llvm::BasicBlock &block : function)
      for (llvm::Instruction &instruction : llvm::make_early_inc_range(block))
        if (isArithmetic(instruction))
          widen(instruction);
}
