//===- BrainFloat.cpp - Conversions of bfloat16 as code -------------------===//

#include "codegen/llvm/rewrites/BrainFloat.h"

#include "llvm/ADT/SetVector.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"

using namespace dlc;
using llvm::Value;

Value *llvmgen::extendBrainFloat(llvm::IRBuilder<> &b, Value *value) {
  llvm::Type *words = value->getType()->getWithNewType(b.getInt32Ty());
  Value *bits =
      b.CreateBitCast(value, value->getType()->getWithNewType(b.getInt16Ty()));
  bits =
      b.CreateShl(b.CreateZExt(bits, words), llvm::ConstantInt::get(words, 16));
  return b.CreateBitCast(bits,
                         value->getType()->getWithNewType(b.getFloatTy()));
}

/// The bits of a double as float, rounded to odd: where something is lost the
/// last bit is set and the rest is cut off, so that rounding a second time
/// gives what rounding once would (Boldo and Melquiond, "Emulation of FMA and
/// correctly rounded sums: proved algorithms using rounding to odd", 2008).
static Value *bitsRoundedToOdd(llvm::IRBuilder<> &b, Value *value) {
  llvm::Type *words = value->getType()->getWithNewType(b.getInt32Ty());
  Value *single =
      b.CreateFPTrunc(value, value->getType()->getWithNewType(b.getFloatTy()));
  Value *back = b.CreateFPExt(single, value->getType());
  Value *isInexact = b.CreateFCmpUNE(back, value);
  Value *isAway =
      b.CreateFCmpOGT(b.CreateUnaryIntrinsic(llvm::Intrinsic::fabs, back),
                      b.CreateUnaryIntrinsic(llvm::Intrinsic::fabs, value));
  Value *bits =
      b.CreateSub(b.CreateBitCast(single, words), b.CreateZExt(isAway, words));
  return b.CreateOr(bits, b.CreateZExt(isInexact, words));
}

Value *llvmgen::truncateToBrainFloat(llvm::IRBuilder<> &b, Value *value) {
  llvm::Type *words = value->getType()->getWithNewType(b.getInt32Ty());
  auto constant = [&](uint32_t bits) {
    return llvm::ConstantInt::get(words, bits);
  };
  Value *bits = value->getType()->getScalarType()->isDoubleTy()
                    ? bitsRoundedToOdd(b, value)
                    : b.CreateBitCast(value, words);
  // Half of the last place, less one where that place is even.
  Value *isOdd = b.CreateAnd(b.CreateLShr(bits, constant(16)), constant(1));
  Value *rounded = b.CreateAdd(bits, b.CreateAdd(isOdd, constant(0x7fff)));
  Value *quiet = b.CreateOr(bits, constant(0x400000));
  bits = b.CreateSelect(b.CreateFCmpUNO(value, value), quiet, rounded);
  Value *upper =
      b.CreateTrunc(b.CreateLShr(bits, constant(16)),
                    value->getType()->getWithNewType(b.getInt16Ty()));
  return b.CreateBitCast(upper,
                         value->getType()->getWithNewType(b.getBFloatTy()));
}

static bool isBrainFloat(const Value *value) {
  return value->getType()->getScalarType()->isBFloatTy();
}

/// i16 in place of bfloat16.
static llvm::Type *bitsOf(const Value *value) {
  return value->getType()->getWithNewType(
      llvm::Type::getInt16Ty(value->getContext()));
}

/// Whether `op` reads or gives bfloat16s and does nothing to them.
static bool movesBrainFloats(const llvm::Instruction &op) {
  return llvm::isa<llvm::LoadInst, llvm::StoreInst, llvm::PHINode,
                   llvm::SelectInst, llvm::FreezeInst, llvm::InsertElementInst,
                   llvm::ExtractElementInst, llvm::ShuffleVectorInst>(op) &&
         (isBrainFloat(&op) || llvm::any_of(op.operand_values(), isBrainFloat));
}

/// The bits of what an op that moves bfloat16s is given from elsewhere.
static Value *asBits(Value *value) {
  if (auto *constant = llvm::dyn_cast<llvm::Constant>(value))
    return llvm::ConstantExpr::getBitCast(constant, bitsOf(value));
  if (auto *cast = llvm::dyn_cast<llvm::BitCastInst>(value);
      cast && cast->getSrcTy() == bitsOf(value))
    return cast->getOperand(0);
  llvm::BasicBlock::iterator at;
  if (auto *op = llvm::dyn_cast<llvm::Instruction>(value))
    at = *op->getInsertionPointAfterDef();
  else
    at = llvm::cast<llvm::Argument>(value)
             ->getParent()
             ->getEntryBlock()
             .getFirstInsertionPt();
  return new llvm::BitCastInst(value, bitsOf(value), "", at);
}

/// Leaves the users of `op`, which gave bfloat16s, with its bits or, where they
/// do not move but compute, with what they had.
static void
giveBits(llvm::Instruction &op,
         const llvm::SmallSetVector<llvm::Instruction *, 16> &moving) {
  llvm::Type *type = op.getType();
  if (llvm::isa<llvm::FPMathOperator>(op))
    op.setFastMathFlags({});
  op.mutateType(bitsOf(&op));
  for (llvm::Use &use : llvm::make_early_inc_range(op.uses())) {
    auto *user = llvm::cast<llvm::Instruction>(use.getUser());
    if (moving.contains(user))
      continue;
    if (llvm::isa<llvm::BitCastInst>(user) && user->getType() == op.getType()) {
      user->replaceAllUsesWith(&op);
      user->eraseFromParent();
    } else {
      use.set(new llvm::BitCastInst(&op, type, "", user->getIterator()));
    }
  }
}

void llvmgen::carryBrainFloatsAsBits(llvm::Function &function) {
  llvm::SmallSetVector<llvm::Instruction *, 16> moving;
  for (llvm::Instruction &op : llvm::instructions(function))
    if (movesBrainFloats(op))
      moving.insert(&op);
  for (llvm::Instruction *op : moving)
    for (llvm::Use &operand : op->operands())
      if (auto *from = llvm::dyn_cast<llvm::Instruction>(operand.get());
          isBrainFloat(operand) && !(from && moving.contains(from)))
        operand.set(asBits(operand));
  for (llvm::Instruction *op : moving)
    if (isBrainFloat(op))
      giveBits(*op, moving);
}
