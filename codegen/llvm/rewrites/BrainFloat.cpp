//===- BrainFloat.cpp - Conversions of bfloat16 as code -------------------===//

#include "codegen/llvm/rewrites/BrainFloat.h"

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
