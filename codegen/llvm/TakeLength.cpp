//===- TakeLength.cpp - Sizes that a run is given -------------------------===//

#include "codegen/header/Lengths.h"
#include "codegen/llvm/Entry.h"

#include "llvm/IR/IRBuilder.h"

using namespace dlc;

llvm::Value *dlc::llvmgen::takeLength(const header::Length &length,
                                      unsigned number, llvm::Value *table,
                                      llvm::IRBuilder<> &b) {
  llvm::Function *run = b.GetInsertBlock()->getParent();
  llvm::LLVMContext &context = run->getContext();
  llvm::Type *size = run->getParent()->getDataLayout().getIntPtrType(context);
  llvm::Value *place = b.CreateAlloca(b.getInt32Ty());
  llvm::Value *given =
      b.CreateLoad(size, b.CreateConstInBoundsGEP1_32(size, table, number));
  llvm::Value *isMeant = b.CreateICmpULE(
      b.CreateSub(given, llvm::ConstantInt::get(size, length.least)),
      llvm::ConstantInt::get(size, length.most - length.least));
  auto *meant = llvm::BasicBlock::Create(context, "", run),
       *other = llvm::BasicBlock::Create(context, "", run);
  b.CreateCondBr(isMeant, meant, other);
  b.SetInsertPoint(other);
  b.CreateRet(b.getInt32(static_cast<uint32_t>(header::kLengthError)));
  b.SetInsertPoint(meant);
  b.CreateStore(b.CreateTrunc(given, b.getInt32Ty()), place);
  return place;
}
