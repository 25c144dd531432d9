//===- HalfFunctions.cpp - Conversions of half precision as code ----------===//
//
//             sign  exponent  fraction  bias
//   half        1       5        10       15
//   float       1       8        23      127
//   double      1      11        52     1023
//
//===----------------------------------------------------------------------===//

#include "codegen/llvm/rewrites/HalfFunctions.h"

#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Module.h"

using namespace dlc;
using llvm::Value;

namespace {
constexpr uint32_t kHalfInfinity = 0x7c00, kHalfQuiet = 0x200;
constexpr uint32_t kFloatInfinity = 0x7f800000, kFloatQuiet = 0x400000;
constexpr unsigned kFractionShift = 23 - 10;
/// Of the exponents, in the place of a float's.
constexpr uint32_t kBiasStep = (127 - 15) << 23;
/// 2^-14, the least normal half, and the least float that is nearer to infinity
/// than to 65504, the largest one.
constexpr uint32_t kLeastNormal = (127 - 14) << 23, kTooLarge = 0x477ff000;

/// A function of `module` from integers to integers, and what writes into it.
struct Body {
  Body(llvm::Module &module, llvm::StringRef name, unsigned from, unsigned to)
      : b(module.getContext()) {
    function = llvm::Function::Create(
        llvm::FunctionType::get(b.getIntNTy(to), b.getIntNTy(from), false),
        llvm::GlobalValue::InternalLinkage, name, module);
    function->addFnAttr(llvm::Attribute::NoInline);
    function->addFnAttr(llvm::Attribute::NoUnwind);
    function->addFnAttr(llvm::Attribute::OptimizeForSize);
    function->setDoesNotAccessMemory();
    function->setDSOLocal(true);
    b.SetInsertPoint(block("entry"));
  }

  llvm::BasicBlock *block(const char *name) {
    return llvm::BasicBlock::Create(b.getContext(), name, function);
  }

  /// Begins a block that is entered where `condition` holds; returns the one
  /// where it does not.
  llvm::BasicBlock *enter(Value *condition, const char *name) {
    llvm::BasicBlock *then = block(name), *otherwise = block("otherwise");
    b.CreateCondBr(condition, then, otherwise);
    b.SetInsertPoint(then);
    return otherwise;
  }

  Value *argument() { return function->getArg(0); }

  llvm::Function *function = nullptr;
  llvm::IRBuilder<> b;
};
} // namespace

llvm::Function *llvmgen::halfToFloat(llvm::Module &module) {
  constexpr const char *name = "half_to_float";
  if (llvm::Function *known = module.getFunction(name))
    return known;
  Body body(module, name, 16, 32);
  llvm::IRBuilder<> &b = body.b;
  Value *bits = b.CreateZExt(body.argument(), b.getInt32Ty());
  Value *sign = b.CreateShl(b.CreateAnd(bits, 0x8000), 16);
  Value *size = b.CreateAnd(bits, 0x7fff);
  Value *moved = b.CreateShl(size, kFractionShift);

  // The least exponent: an integer times 2^-24, zero among them.
  llvm::BasicBlock *next =
      body.enter(b.CreateICmpULT(size, b.getInt32(0x400)), "subnormal");
  Value *whole =
      b.CreateBitCast(b.CreateUIToFP(size, b.getFloatTy()), b.getInt32Ty());
  Value *scaled = b.CreateSub(whole, b.getInt32(24u << 23));
  Value *isZero = b.CreateICmpEQ(size, b.getInt32(0));
  b.CreateRet(b.CreateOr(sign, b.CreateSelect(isZero, size, scaled)));
  b.SetInsertPoint(next);

  next = body.enter(b.CreateICmpULT(size, b.getInt32(kHalfInfinity)), "normal");
  b.CreateRet(b.CreateOr(sign, b.CreateAdd(moved, b.getInt32(kBiasStep))));
  b.SetInsertPoint(next);

  Value *isNan = b.CreateICmpUGT(size, b.getInt32(kHalfInfinity));
  Value *quiet = b.CreateSelect(isNan, b.getInt32(kFloatQuiet), b.getInt32(0));
  b.CreateRet(b.CreateOr(b.CreateOr(sign, quiet),
                         b.CreateOr(moved, b.getInt32(kFloatInfinity))));
  return body.function;
}

/// value / 2^shift, the nearest integer, the even one of two.
static Value *roundedShift(llvm::IRBuilder<> &b, Value *value, Value *shift) {
  Value *one = llvm::ConstantInt::get(value->getType(), 1);
  Value *half = b.CreateShl(one, b.CreateSub(shift, one));
  Value *odd = b.CreateAnd(b.CreateLShr(value, shift), one);
  Value *added = b.CreateAdd(b.CreateSub(half, one), odd);
  return b.CreateLShr(b.CreateAdd(value, added), shift);
}

llvm::Function *llvmgen::floatToHalf(llvm::Module &module) {
  constexpr const char *name = "float_to_half";
  if (llvm::Function *known = module.getFunction(name))
    return known;
  Body body(module, name, 32, 16);
  llvm::IRBuilder<> &b = body.b;
  Value *bits = body.argument();
  Value *sign = b.CreateAnd(b.CreateLShr(bits, 16), 0x8000);
  Value *size = b.CreateAnd(bits, 0x7fffffff);
  auto finish = [&](Value *half) {
    b.CreateRet(b.CreateTrunc(b.CreateOr(sign, half), b.getInt16Ty()));
  };

  llvm::BasicBlock *next =
      body.enter(b.CreateICmpULT(size, b.getInt32(kLeastNormal)), "subnormal");
  // The fraction with its hidden bit in units of 2^-24. What is below half of
  // that gives zero, also with a hidden bit that subnormal floats do not have.
  Value *fraction = b.CreateOr(b.CreateAnd(size, 0x7fffff), 0x800000);
  Value *shift = b.CreateSub(b.getInt32(126), b.CreateLShr(size, 23));
  finish(roundedShift(
      b, fraction,
      b.CreateBinaryIntrinsic(llvm::Intrinsic::umin, shift, b.getInt32(25))));
  b.SetInsertPoint(next);

  next = body.enter(b.CreateICmpULT(size, b.getInt32(kTooLarge)), "normal");
  finish(roundedShift(b, b.CreateSub(size, b.getInt32(kBiasStep)),
                      b.getInt32(kFractionShift)));
  b.SetInsertPoint(next);

  Value *isNan = b.CreateICmpUGT(size, b.getInt32(kFloatInfinity));
  Value *payload = b.CreateOr(
      b.CreateAnd(b.CreateLShr(size, kFractionShift), 0x3ff), kHalfQuiet);
  finish(
      b.CreateOr(b.CreateSelect(isNan, payload, b.getInt32(0)), kHalfInfinity));
  return body.function;
}

llvm::Function *llvmgen::doubleToHalf(llvm::Module &module) {
  constexpr const char *name = "double_to_half";
  if (llvm::Function *known = module.getFunction(name))
    return known;
  llvm::Function *narrow = floatToHalf(module);
  Body body(module, name, 64, 16);
  llvm::IRBuilder<> &b = body.b;
  Value *bits = body.argument();
  Value *high = b.CreateTrunc(b.CreateLShr(bits, 32), b.getInt32Ty());
  Value *sign = b.CreateAnd(high, 0x80000000);
  Value *size = b.CreateAnd(bits, 0x7fffffffffffffff);
  auto finish = [&](Value *single) {
    b.CreateRet(b.CreateCall(narrow, b.CreateOr(sign, single)));
  };
  // Of 24 bits the last says whether anything follows, so that what rounds the
  // other 23 to 11 sees on which side of the middle the number is.
  constexpr unsigned dropped = 52 - 23;
  Value *moved = b.CreateTrunc(b.CreateLShr(size, dropped), b.getInt32Ty());
  auto exponent = [&](int power) {
    return b.getInt64(static_cast<uint64_t>(1023 + power) << 52);
  };

  // Any float below 2^-25, or above 65520, does.
  llvm::BasicBlock *next =
      body.enter(b.CreateICmpULT(size, exponent(-100)), "small");
  finish(b.getInt32(0));
  b.SetInsertPoint(next);

  next = body.enter(b.CreateICmpULT(size, exponent(100)), "finite");
  Value *rest = b.CreateAnd(size, (uint64_t(1) << dropped) - 1);
  Value *follows =
      b.CreateZExt(b.CreateICmpNE(rest, b.getInt64(0)), b.getInt32Ty());
  finish(b.CreateOr(b.CreateSub(moved, b.getInt32((1023u - 127u) << 23)),
                    follows));
  b.SetInsertPoint(next);

  Value *isNan = b.CreateICmpUGT(size, exponent(1024));
  Value *payload = b.CreateOr(b.CreateAnd(moved, 0x7fffff), kFloatQuiet);
  finish(b.CreateOr(b.CreateSelect(isNan, payload, b.getInt32(0)),
                    kFloatInfinity));
  return body.function;
}
